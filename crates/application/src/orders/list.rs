//! Lists orders, page by page.

use std::collections::BTreeSet;

use futures_util::future;
use orderbase_kernel::CustomerId;
use orderbase_tenancy::Permission;

use super::filter;
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::{COUNT_MAX, Counted, CustomerView, OrderPage, OrderQuery, OrderView};

/// What a list brings beside its rows; each costs one more query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ListExtras {
    /// How many rows match, counted up to 10 000.
    pub include_total: bool,
    /// The customers of the page's orders.
    pub expand_customer: bool,
}

/// A page of orders with what was asked for beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderList {
    pub page: OrderPage,
    pub total: Option<Counted>,
    /// Each customer of the page once, in any order; empty unless asked for.
    pub customers: Vec<CustomerView>,
}

/// A page of the orders that match, behind `query.after`. The customers need `customers:read` too.
///
/// # Errors
/// `permission_denied`; `validation_failed` for a pair of filter and sort that is not served, and for an inverted range.
#[tracing::instrument(name = "orders.list", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn list(app: &App, ctx: &Ctx, query: &OrderQuery, extras: ListExtras) -> Result<OrderList, Error> {
    ctx.require(Permission::OrdersRead)?;
    if extras.expand_customer {
        ctx.require(Permission::CustomersRead)?;
    }
    filter::check(query)?;

    let counting = async {
        match extras.include_total {
            true => {
                app.orders.count(ctx.scope(), &query.filter, COUNT_MAX + 1).await.map(|n| Some(Counted::up_to_max(n)))
            }
            false => Ok(None),
        }
    };
    let (page, total) = future::try_join(app.orders.page(ctx.scope(), query), counting).await?;
    let customers = match extras.expand_customer {
        true => app.customers.some(ctx.scope(), &customers_of(&page.rows)).await?,
        false => Vec::new(),
    };
    Ok(OrderList { page, total, customers })
}

fn customers_of(rows: &[OrderView]) -> Vec<CustomerId> {
    let distinct: BTreeSet<_> = rows.iter().map(|order| order.customer_id).collect();
    distinct.into_iter().collect()
}
