//! How a tenant is loaded and recorded when a command changes it, and who hears of it.

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, AggregateType, Envelope, TenantId, Version};
use orderbase_tenancy::{Tenant, TenantError, TenantEvent};

use crate::app::App;
use crate::change::{AggregateChange, Changeable};
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Missing};
use crate::events;
use crate::ports::StorageError;

/// A command on a tenant.
pub(super) type TenantChange<D, A> = AggregateChange<Tenant, D, A>;

/// What was cached of the tenant, its people and its keys is forgotten: they are what they are now from here on, not only when the
/// caches have aged. Called also where the outcome is unknown.
pub(super) async fn forget(app: &App, scope: Scope) {
    app.key_directory.forget_tenant(scope.tenant_id).await;
    app.principals.forget(scope).await;
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
