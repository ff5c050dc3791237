//! Changes what a tenant says of itself: name and settings.

use orderbase_kernel::{Envelope, Name};
use orderbase_tenancy::{ChangeSettings, Permission, Settings, Tenant};

use super::calendar::checked_zone;
use super::change::{TenantChange, forget};
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

/// Changes both together; what stays as it is has no effect. The first order freezes prefix and first number; numbers that were
/// handed out before, for orders that never came to be, are not given again.
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
    let mut renumbers = false;
    let change = TenantChange {
        id: ctx.tenant.id(),
        decide: |tenant: &mut Tenant, at| {
            let before = tenant.settings().first_order_number();
            let event = tenant.change_settings(wish.clone(), at)?;
            renumbers = tenant.settings().first_order_number() != before;
            Ok(event)
        },
        require: nothing_else,
        answer: |tenant: &Tenant, _: Option<&Envelope>| Ok(tenant.clone()),
    };
    let done = change.run(app, ctx, conditions).await;

    if renumbers && done.is_ok() {
        // The settings stand whatever becomes of this; the counter would only begin lower than they say.
        if let Err(error) = app.numbers.resync(ctx.scope()).await {
            tracing::warn!(%error, "the counter of orders was not raised to the first number");
        }
    }
    // Orders are dated, priced and numbered by what a cache may hold.
    forget(app, ctx.scope()).await;
    done
}
