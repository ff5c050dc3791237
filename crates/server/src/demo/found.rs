//! Whether a data directory holds a demonstration already. One that holds anything else is left alone.

use std::sync::Arc;

use orderbase_application::orders::{self, ListExtras};
use orderbase_application::views::OrderQuery;
use orderbase_application::{App, Error, tenants};
use orderbase_tenancy::{Mode, Tenant};

use super::keys::{self, DemoTenant};
use super::tenants::{TENANTS, TenantSpec};
use super::users;

/// What was found.
#[derive(Debug)]
pub enum Found {
    Nothing,
    /// All of a demonstration, perhaps with what was done since.
    Demonstration(Vec<(&'static TenantSpec, Arc<Tenant>)>),
    /// The making-up was cut short.
    Half,
    /// Tenants that nobody made up.
    Foreign,
}

/// Looks at the tenants, and at whether they have all their orders: nothing deletes an order.
///
/// # Errors
/// `internal_error` if the storage gave no answer.
pub async fn look(app: &App) -> Result<Found, Error> {
    let all = tenants::list(app, &keys::operator(app)?).await?;
    if all.is_empty() {
        return Ok(Found::Nothing);
    }
    let named = |tenant: &Tenant| TENANTS.iter().any(|spec| spec.slug == tenant.slug().as_str());
    if !all.iter().any(named) || all.iter().any(|tenant| named(tenant) && tenant.mode() != Mode::Sandbox) {
        return Ok(Found::Foreign);
    }
    let mut whole = Vec::with_capacity(TENANTS.len());
    for spec in &TENANTS {
        match all.iter().find(|tenant| tenant.slug().as_str() == spec.slug) {
            Some(tenant) if is_whole(app, spec, tenant).await? => whole.push((spec, Arc::new(tenant.clone()))),
            _ => return Ok(Found::Half),
        }
    }
    Ok(Found::Demonstration(whole))
}

async fn is_whole(app: &App, spec: &TenantSpec, tenant: &Tenant) -> Result<bool, Error> {
    let ctx = keys::operator(app)?.within(Arc::new(tenant.clone()));
    let extras = ListExtras { include_total: true, ..ListExtras::default() };
    let total = orders::list(app, &ctx, &OrderQuery::default(), extras).await?.total;
    let has_orders = total.is_some_and(|total| usize::try_from(total.value).is_ok_and(|count| count >= spec.orders));
    Ok(has_orders && (spec.suspended.is_none() || tenant.suspension().is_some()))
}

/// The tenants of an earlier start, their keys and people with secrets of this one.
///
/// # Errors
/// Those of [`keys::renew`] and [`users::renew`].
pub async fn reopen(app: &App, found: Vec<(&'static TenantSpec, Arc<Tenant>)>) -> Result<Vec<DemoTenant>, Error> {
    let mut reopened = Vec::with_capacity(found.len());
    for (spec, tenant) in found {
        let keys = keys::renew(app, &tenant, spec.keys).await?;
        let users = users::renew(app, &tenant, spec.roles).await?;
        reopened.push(DemoTenant { spec, tenant, keys, users });
    }
    Ok(reopened)
}
