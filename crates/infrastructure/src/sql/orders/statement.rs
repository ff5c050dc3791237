//! The statements of orders. Each gives orders and lines at once (see `rows::order`) and walks one index from where the page
//! begins to where it ends.

use orderbase_application::views::{OrderFilter, OrderPosition, OrderQuery, OrderSort, PAGE_ITEMS_MAX, TotalBounds};
use orderbase_kernel::{AMOUNT_MINOR_MAX, ExternalReference, ITEMS_MAX, OrderId};
use orderbase_orders::OrderStatus;
use sea_orm::DbBackend;
use sea_orm::sea_query::{
    CommonTableExpression, Cond, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement, UnionType,
    WindowStatement, WithClause,
};
use uuid::Uuid;

use super::condition::{matching, statuses};
use super::range::ids_of;
use crate::sql::entity::{order_items, orders};
use crate::sql::id_range::IdRange;
use crate::sql::padded::padded;
use crate::sql::rows::order::{ITEM_COLUMNS, ORDER_COLUMNS};
use crate::sql::scope::Tenant;

/// The orders of a page, with one more that says whether others follow.
const PAGE: &str = "page";
/// Those of them whose lines are wanted.
const FITTING: &str = "fitting";
const SUMS: &str = "sums";
const LINES: &str = "lines";
const PLACE: &str = "place";
const UP_TO: &str = "up_to";
const MERGED: &str = "merged";
const BRANCH: &str = "branch";

/// One order by its id.
pub(in crate::sql) fn one(tenant: &Tenant, id: OrderId) -> SelectStatement {
    let mut items = Query::select();
    items
        .column(order_items::Column::OrderId)
        .columns(ITEM_COLUMNS)
        .exprs(ORDER_COLUMNS.map(|_| Expr::null()))
        .from(order_items::Entity)
        .and_where(tenant.is(order_items::Column::TenantId))
        .and_where(Expr::col(order_items::Column::OrderId).eq(id.uuid()));
    Query::select()
        .column(orders::Column::Id)
        .exprs(ITEM_COLUMNS.map(|_| Expr::null()))
        .columns(ORDER_COLUMNS)
        .from(orders::Entity)
        .and_where(tenant.is(orders::Column::TenantId))
        .and_where(Expr::col(orders::Column::Id).eq(id.uuid()))
        .union(UnionType::All, items)
        .take()
}

/// A page: `limit` orders and one more, and the lines of those that fit.
pub(in crate::sql) fn page(backend: DbBackend, tenant: &Tenant, query: &OrderQuery) -> SelectStatement {
    let rows = u64::from(query.limit.get());
    let page = CommonTableExpression::from_select(walk(tenant, query, rows + 1)).table_name(PAGE).to_owned();
    let fitting = CommonTableExpression::from_select(fitting(query.sort, rows)).table_name(FITTING).to_owned();
    let mut clause = WithClause::new();
    clause.cte(page).cte(fitting);
    Query::select()
        .column((PAGE, orders::Column::Id))
        .exprs(ITEM_COLUMNS.map(|_| Expr::null()))
        .columns(ORDER_COLUMNS.map(|column| (PAGE, column)))
        .from(PAGE)
        .union(UnionType::All, lines(backend, tenant))
        .with_cte(clause)
        .take()
}

/// How many orders match, up to a number.
pub(in crate::sql) fn count(tenant: &Tenant, filter: &OrderFilter, up_to: u64) -> SelectStatement {
    let found = Query::select()
        .expr(Expr::cust("1"))
        .from(orders::Entity)
        .cond_where(matching(tenant, filter, Some(ids_of(filter)), &statuses(filter)))
        .limit(up_to)
        .take();
    Query::select().expr(Func::count(Expr::cust("*"))).from_subquery(found, SUMS).take()
}

/// The orders that the references name.
pub(in crate::sql) fn with_references(tenant: &Tenant, references: &[ExternalReference]) -> SelectStatement {
    let texts: Vec<_> = references.iter().map(ExternalReference::as_str).collect();
    Query::select()
        .columns([orders::Column::Id, orders::Column::ExternalReference])
        .from(orders::Entity)
        .and_where(tenant.is(orders::Column::TenantId))
        .and_where(Expr::col(orders::Column::ExternalReference).is_in(padded(&texts)))
        .take()
}

fn walk(tenant: &Tenant, query: &OrderQuery, rows: u64) -> SelectStatement {
    let upwards = is_upwards(query.sort);
    let statuses = statuses(&query.filter);
    let ids = ids_of(&query.filter);
    if query.sort.is_by_total() {
        // A range that says nothing would still look selective to a plan made for any values, and lead it off this index.
        let narrowed = (ids != IdRange::ALL).then_some(ids);
        let others = OrderFilter { total: TotalBounds::default(), ..query.filter.clone() };
        let totals = totals_behind(query.filter.total, query.after, upwards);
        return branch(matching(tenant, &others, narrowed, &statuses).add(totals), query.sort, rows);
    }
    let ids = ids.behind(query.after.map(|position| position.id.uuid()), upwards);
    let select =
        |statuses: &[OrderStatus]| branch(matching(tenant, &query.filter, Some(ids), statuses), query.sort, rows);
    // Whatever names few orders by itself is walked; the statuses are then looked at on the way.
    let walks_statuses = query.filter.customer_id.is_none()
        && query.filter.number.is_none()
        && query.filter.external_reference.is_none();
    match statuses.split_first() {
        Some((first, others @ [_, ..])) if walks_statuses => {
            let mut merged = whole(select(std::slice::from_ref(first)));
            for other in others {
                merged.union(UnionType::All, whole(select(std::slice::from_ref(other))));
            }
            sorted(Query::select().columns(columns()).from_subquery(merged, MERGED), query.sort, rows)
        }
        _ => select(&statuses),
    }
}

/// One index range in the order of the page.
fn branch(cond: Cond, sort: OrderSort, rows: u64) -> SelectStatement {
    sorted(Query::select().columns(columns()).from(orders::Entity).cond_where(cond), sort, rows)
}

/// SQLite takes an ordered and limited select into a union only as a sub-select.
fn whole(select: SelectStatement) -> SelectStatement {
    Query::select().columns(columns()).from_subquery(select, BRANCH).take()
}

fn columns() -> impl Iterator<Item = orders::Column> {
    std::iter::once(orders::Column::Id).chain(ORDER_COLUMNS)
}

fn sorted(select: &mut SelectStatement, sort: OrderSort, rows: u64) -> SelectStatement {
    let order = order_of(sort);
    if sort.is_by_total() {
        select.order_by(orders::Column::TotalMinor, order.clone());
    }
    select.order_by(orders::Column::Id, order).limit(rows).take()
}

/// The totals asked for that stand behind the position. Of two bounds at one end the narrower stands alone: SQLite, given both,
/// leaves the index.
fn totals_behind(bounds: TotalBounds, after: Option<OrderPosition>, upwards: bool) -> Cond {
    let total = || Expr::col(orders::Column::TotalMinor);
    let keys = Expr::tuple([total(), Expr::col(orders::Column::Id)]);
    let (min, max) = (bounds.min.unwrap_or(1), bounds.max.unwrap_or(AMOUNT_MINOR_MAX));
    let position = after.map(|position| (position.total_minor, position.id.uuid()));
    let tuple = |(total, id): (i64, Uuid)| Expr::tuple([Expr::val(total), Expr::val(id)]);
    match (upwards, position) {
        (_, None) => Cond::all().add(total().gte(min)).add(total().lte(max)),
        (true, Some(at)) => Cond::all().add(keys.gt(tuple(at.max((min - 1, Uuid::max()))))).add(total().lte(max)),
        (false, Some(at)) => Cond::all().add(total().gte(min)).add(keys.lt(tuple(at.min((max + 1, Uuid::nil()))))),
    }
}

/// The orders up to the limit and up to the most lines that a page has.
fn fitting(sort: OrderSort, rows: u64) -> SelectStatement {
    let mut so_far = WindowStatement::new();
    if sort.is_by_total() {
        so_far.order_by(orders::Column::TotalMinor, order_of(sort));
    }
    so_far.order_by(orders::Column::Id, order_of(sort));
    let sums = Query::select()
        .column(orders::Column::Id)
        .expr_window_as(Func::count(Expr::cust("*")), so_far.clone(), PLACE)
        .expr_window_as(Func::sum(Expr::col(orders::Column::ItemCount)), so_far, UP_TO)
        .from(PAGE)
        .take();
    Query::select()
        .column(orders::Column::Id)
        .from_subquery(sums, SUMS)
        .and_where(Expr::col(PLACE).lte(i64::try_from(rows).unwrap_or(i64::MAX)))
        .and_where(Expr::col(UP_TO).lte(i64::try_from(PAGE_ITEMS_MAX).unwrap_or(i64::MAX)))
        .take()
}

/// The lines of the orders that fit. PostgreSQL is given a limit it cannot look through, else it may merge over all lines of
/// the tenant (performance.md §5 rule 4); SQLite takes the order of a cross join as it stands.
fn lines(backend: DbBackend, tenant: &Tenant) -> SelectStatement {
    let of_order = Cond::all()
        .add(tenant.is((order_items::Entity, order_items::Column::TenantId)))
        .add(Expr::col((order_items::Entity, order_items::Column::OrderId)).equals((FITTING, orders::Column::Id)));
    let mut lines = Query::select();
    if backend == DbBackend::Postgres {
        let each = Query::select()
            .columns(ITEM_COLUMNS)
            .from(order_items::Entity)
            .cond_where(of_order)
            .limit(u64::try_from(ITEMS_MAX).unwrap_or(u64::MAX))
            .take();
        lines
            .column((FITTING, orders::Column::Id))
            .columns(ITEM_COLUMNS.map(|column| (LINES, column)))
            .from(FITTING)
            .join_lateral(JoinType::InnerJoin, each, LINES, Cond::all().add(Expr::cust("TRUE")));
    } else {
        lines
            .column((FITTING, orders::Column::Id))
            .columns(ITEM_COLUMNS.map(|column| (order_items::Entity, column)))
            .from(FITTING)
            .cross_join(order_items::Entity)
            .cond_where(of_order);
    }
    lines.exprs(ORDER_COLUMNS.map(|_| Expr::null())).take()
}

pub(super) fn is_upwards(sort: OrderSort) -> bool {
    matches!(sort, OrderSort::OldestFirst | OrderSort::SmallestFirst)
}

fn order_of(sort: OrderSort) -> Order {
    if is_upwards(sort) { Order::Asc } else { Order::Desc }
}
