//! Lists customers, page by page.

use futures_util::future;
use orderbase_kernel::{Invalid, InvalidCode};
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Fault, Place};
use crate::views::{COUNT_MAX, Counted, CustomerQuery, CustomerView, Page};

/// A page of customers, and how many match where that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerList {
    pub page: Page<CustomerView>,
    pub total: Option<Counted>,
}

/// A page of the customers that match, behind `query.after`.
///
/// # Errors
/// `permission_denied`; `validation_failed` for an inverted range.
#[tracing::instrument(name = "customers.list", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn list(app: &App, ctx: &Ctx, query: &CustomerQuery, include_total: bool) -> Result<CustomerList, Error> {
    ctx.require(Permission::CustomersRead)?;
    if query.filter.created.is_inverted() {
        let place = Place::Parameter("created_to".to_owned());
        return Err(Error::invalid(Fault::new(place, &Invalid::plain(InvalidCode::RangeInverted))));
    }

    let counting = async {
        match include_total {
            true => {
                let counted = app.customers.count(ctx.scope(), &query.filter, COUNT_MAX + 1).await?;
                Ok(Some(Counted::up_to_max(counted)))
            }
            false => Ok(None),
        }
    };
    let (page, total) = future::try_join(app.customers.page(ctx.scope(), query), counting).await?;
    Ok(CustomerList { page, total })
}
