//! Changes what a tenant says of itself: name and settings.

use orderbase_kernel::{Envelope, Name};
use orderbase_tenancy::{ChangeSettings, Permission, Settings, Tenant};

use super::calendar::checked_zone;
use super::change::TenantChange;
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::OrderFilter;

/// What shall change; settings as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateSettings {
    pub name: Option<Name>,
    pub settings: Option<Settings>,
}

/// Changes both together; what stays as it is has no effect. The first order freezes prefix and first number.
///
/// # Errors
/// `permission_denied`; `validation_failed` for a zone that the IANA database does not have and for another numbering once there is
/// an order; `version_conflict`, `tenant_suspended`, `trial_expired`, and those of every write.
#[tracing::instrument(name = "tenants.update_settings", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn update_settings(
    app: &App,
    ctx: &Ctx,
    update: UpdateSettings,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    ctx.require(Permission::TenantWrite)?;
    if let Some(settings) = &update.settings {
        checked_zone(settings)?;
    }

    let UpdateSettings { name, settings } = update;
    let has_orders = app.orders.count(ctx.scope(), &OrderFilter::default(), 1).await? > 0;
    let wish = ChangeSettings { name, settings, has_orders };
    let change = TenantChange {
        id: ctx.tenant.id(),
        decide: |tenant: &mut Tenant, at| tenant.change_settings(wish.clone(), at),
        require: nothing_else,
        answer: |tenant: &Tenant, _: Option<&Envelope>| Ok(tenant.clone()),
    };
    let done = change.run(app, ctx, conditions).await;

    // Orders are dated, priced and numbered by what a cache may hold.
    app.principals.forget(ctx.scope()).await;
    done
}
