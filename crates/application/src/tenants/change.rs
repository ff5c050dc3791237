//! How a tenant is loaded and recorded when a command changes it, and who hears of it.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, AggregateType, Envelope, TenantId, Timestamp, Version};
use orderbase_tenancy::{Tenant, TenantError, TenantEvent};

use crate::app::App;
use crate::change::{AggregateChange, Changeable, nothing_else};
use crate::conditions::Conditions;
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Missing};
use crate::events;
use crate::operator::Operator;
use crate::ports::StorageError;

/// Runs a command on a tenant that was found. Its keys open what it is now from here on, not only when the caches have aged.
pub(super) async fn run<D>(app: &App, operator: &Operator, found: Tenant, decide: D) -> Result<Tenant, Error>
where
    D: Fn(&mut Tenant, Timestamp) -> Result<Option<TenantEvent>, TenantError>,
{
    let id = found.id();
    let answer = |tenant: &Tenant, _: Option<&Envelope>| Ok(tenant.clone());
    let change = AggregateChange { id, decide, require: nothing_else, answer };
    let done = change.run(app, &operator.within(Arc::new(found)), Conditions::default()).await;

    // Also where the outcome is unknown.
    app.key_directory.forget_tenant(id).await;
    done?.into_fresh()
}

#[async_trait]
impl Changeable for Tenant {
    type Id = TenantId;
    type Event = TenantEvent;
    type Refusal = TenantError;

    const MISSING: Missing = Missing::Tenant;

    fn reference(id: TenantId) -> AggregateRef {
        AggregateRef::new(AggregateType::Tenant, id.uuid())
    }

    async fn load(app: &App, _: Scope, id: TenantId) -> Result<Option<Self>, StorageError> {
        app.tenants.get(id).await
    }

    fn present_version(&self) -> Version {
        self.version()
    }

    fn envelope(&self, app: &App, ctx: &Ctx, event: &TenantEvent) -> Result<Envelope, Error> {
        events::of_tenant(app, ctx, self, event)
    }
}
