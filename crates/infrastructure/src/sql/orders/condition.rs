//! What a filter says in SQL. Bounds that are always given keep the number of texts small.

use chrono::NaiveDate;
use orderbase_application::views::OrderFilter;
use orderbase_kernel::{AMOUNT_MINOR_MAX, BusinessDate};
use orderbase_orders::OrderStatus;
use sea_orm::sea_query::{Cond, Expr, ExprTrait};

use crate::sql::entity::orders::Column;
use crate::sql::id_range::IdRange;
use crate::sql::padded::padded;
use crate::sql::scope::Tenant;

/// The statuses asked for, each once; empty where any will do.
pub(super) fn statuses(filter: &OrderFilter) -> Vec<OrderStatus> {
    let asked: Vec<_> = OrderStatus::ALL.into_iter().filter(|status| filter.statuses.contains(status)).collect();
    if asked.len() == OrderStatus::ALL.len() { Vec::new() } else { asked }
}

/// The tenant's orders that match the filter and have one of the statuses, with ids of the range if there is one.
pub(super) fn matching(tenant: &Tenant, filter: &OrderFilter, ids: Option<IdRange>, statuses: &[OrderStatus]) -> Cond {
    let number = filter.number.map(|number| i64::try_from(number.get()).unwrap_or(i64::MAX));
    let reference = filter.external_reference.as_ref();
    Cond::all()
        .add(tenant.is(Column::TenantId))
        .add_option(ids.map(|ids| Expr::col(Column::Id).gte(ids.from)))
        .add_option(ids.map(|ids| Expr::col(Column::Id).lt(ids.to)))
        .add_option(of_status(statuses))
        .add_option(filter.customer_id.map(|id| Expr::col(Column::CustomerId).eq(id.uuid())))
        .add_option(filter.currency.map(|currency| Expr::col(Column::Currency).eq(currency.code())))
        .add_option(number.map(|number| Expr::col(Column::Number).eq(number)))
        .add_option(reference.map(|reference| Expr::col(Column::ExternalReference).eq(reference.as_str())))
        .add_option(dated(filter))
        .add_option(totalling(filter))
}

fn of_status(statuses: &[OrderStatus]) -> Option<Expr> {
    match statuses {
        [] => None,
        [one] => Some(Expr::col(Column::Status).eq(one.as_str())),
        several => Some(Expr::col(Column::Status).is_in(padded(several).into_iter().map(OrderStatus::as_str))),
    }
}

fn dated(filter: &OrderFilter) -> Option<Cond> {
    let span = filter.business_date;
    (!span.is_unbounded()).then(|| {
        let first = naive(span.from.unwrap_or(BusinessDate::MIN));
        // The end of a span is excluded, that of the calendar is not.
        let last = span.to.map_or(Some(naive(BusinessDate::MAX)), |to| naive(to).pred_opt()).unwrap_or_default();
        Cond::all().add(Expr::col(Column::BusinessDate).gte(first)).add(Expr::col(Column::BusinessDate).lte(last))
    })
}

/// Every business date is a date of chrono too.
fn naive(date: BusinessDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(date.year(), date.month(), date.day()).unwrap_or_default()
}

fn totalling(filter: &OrderFilter) -> Option<Cond> {
    let bounds = filter.total;
    (bounds.min.is_some() || bounds.max.is_some()).then(|| {
        Cond::all()
            .add(Expr::col(Column::TotalMinor).gte(bounds.min.unwrap_or(1)))
            .add(Expr::col(Column::TotalMinor).lte(bounds.max.unwrap_or(AMOUNT_MINOR_MAX)))
    })
}
