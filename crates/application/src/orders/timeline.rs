//! Reads what has happened to an order.

use orderbase_kernel::{AggregateRef, AggregateType, OrderId, PageLimit, Version};
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Missing};
use crate::views::{EventView, Page};

/// The order's events behind `after`, in sequence and without gap.
///
/// # Errors
/// `permission_denied`, `order_not_found`.
#[tracing::instrument(name = "orders.timeline", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
pub async fn timeline(
    app: &App,
    ctx: &Ctx,
    id: OrderId,
    after: Option<Version>,
    limit: PageLimit,
) -> Result<Page<EventView>, Error> {
    ctx.require(Permission::OrdersRead)?;

    let page = app.events.page(ctx.scope(), history_of(id), after, limit).await?;
    if page.rows.is_empty() {
        known(app, ctx, id).await?;
    }
    Ok(page)
}

/// One event of the order.
///
/// # Errors
/// `permission_denied`, `order_not_found`, `event_not_found`.
#[tracing::instrument(name = "orders.event", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
pub async fn event(app: &App, ctx: &Ctx, id: OrderId, sequence: Version) -> Result<EventView, Error> {
    ctx.require(Permission::OrdersRead)?;

    match app.events.get(ctx.scope(), history_of(id), sequence).await? {
        Some(event) => Ok(event),
        None => {
            known(app, ctx, id).await?;
            Err(Error::NotFound(Missing::Event))
        }
    }
}

fn history_of(id: OrderId) -> AggregateRef {
    AggregateRef::new(AggregateType::Order, id.uuid())
}

/// An order exists exactly if its first event does.
async fn known(app: &App, ctx: &Ctx, id: OrderId) -> Result<(), Error> {
    let first = app.events.get(ctx.scope(), history_of(id), Version::FIRST).await?;
    first.map(drop).ok_or(Error::NotFound(Missing::Order))
}
