//! Places an order.

use orderbase_kernel::{BusinessDate, Currency, CustomerId, ExternalReference, ItemId, OrderId, Quantity, UnitPrice};
use orderbase_orders::{ItemName, Metadata, NewItem, Order, ProductId, Sku};
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::changeset::{Change, Changeset, Require};
use crate::conditions::{Conditions, Done, Once};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::events;
use crate::ports::{Charge, NumberTicket, Taking};
use crate::tenants::business_date;
use crate::views::OrderView;
use crate::write::{self, Commit, Verdict};

/// The wish for an order. Its id, number, time and business date are the server's.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceOrder {
    pub customer_id: CustomerId,
    pub currency: Currency,
    pub items: Vec<ItemInput>,
    pub external_reference: Option<ExternalReference>,
    pub metadata: Metadata,
}

/// A line as the caller gives it: without id. Its price is an [`super::AmountInput`] where the order's currency is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemInput<P = UnitPrice> {
    pub product_id: ProductId,
    pub quantity: Quantity,
    pub unit_price: P,
    pub sku: Option<Sku>,
    pub name: Option<ItemName>,
}

impl ItemInput {
    pub(crate) fn with_id(self, id: ItemId) -> NewItem {
        let Self { product_id, quantity, unit_price, sku, name } = self;
        NewItem { id, product_id, quantity, unit_price, sku, name }
    }
}

/// Places an order for an active customer.
///
/// # Errors
/// `permission_denied`, `tenant_suspended`, `trial_expired`, `plan_limit_reached`, `customer_not_found`, `customer_inactive`,
/// `external_reference_taken`, `order_total_out_of_range`, `currency_mismatch`, `validation_failed`, and those of every write.
#[tracing::instrument(name = "orders.place", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn place(
    app: &App,
    ctx: &Ctx,
    command: PlaceOrder,
    conditions: Conditions<OrderView>,
) -> Result<Done<OrderView>, Error> {
    ctx.require(Permission::OrdersWrite)?;

    let verdict = place_once(app, ctx, &command, conditions.once.as_ref()).await;

    write::settle(app, ctx, conditions.once.as_ref(), verdict).await
}

/// A number that turns out to be in use is replaced once, after the counter was raised past all that are.
async fn place_once(app: &App, ctx: &Ctx, command: &PlaceOrder, once: Option<&Once<OrderView>>) -> Verdict<OrderView> {
    for _ in 0..2 {
        match attempt(app, ctx, command, once).await {
            Ok(Commit::Done(done)) => return Verdict::Met(Ok(done)),
            Ok(Commit::Refused(error)) => return Verdict::Met(Err(error)),
            Ok(Commit::NumberTaken | Commit::Stale) => {
                if let Err(error) = app.numbers.resync(ctx.scope()).await {
                    return Verdict::Met(Err(error.into()));
                }
            }
            Err(error) => return Verdict::Unmet(Err(error)),
        }
    }
    Verdict::Met(Err(Error::WriteConflict))
}

async fn attempt(
    app: &App,
    ctx: &Ctx,
    command: &PlaceOrder,
    once: Option<&Once<OrderView>>,
) -> Result<Commit<OrderView>, Error> {
    let id = OrderId::from_uuid(app.ids.next(app.clock.now()));
    let created_at = id.timestamp().ok_or_else(|| Error::internal("the generator gave an id without time"))?;
    let business_date = business_date(&ctx.tenant, created_at)?;
    let items =
        command.items.iter().map(|item| item.clone().with_id(ItemId::from_uuid(app.ids.next(created_at)))).collect();
    let ticket = take_number(app, ctx, business_date).await?;

    let decided = Order::place(
        orderbase_orders::PlaceOrder {
            id,
            tenant_id: ctx.tenant.id(),
            number: ticket.number,
            customer_id: command.customer_id,
            currency: command.currency,
            items,
            external_reference: command.external_reference.clone(),
            metadata: command.metadata.clone(),
            business_date,
        },
        &ctx.order_policy(),
    );
    let (order, event) = match decided {
        Ok(decided) => decided,
        Err(refusal) => {
            app.numbers.give_back(ctx.scope(), ticket).await;
            return Err(refusal.into());
        }
    };

    let view = OrderView::from(&order);
    let envelope = events::of_order(app, ctx, &order, &event)?;
    let changeset = Changeset::new()
        .require(Require::ActiveCustomer(command.customer_id))
        .change(Change::insert(order, vec![envelope])?);
    let commit = write::commit(app, ctx, changeset, view, once).await;

    if burns_no_number(&commit) {
        app.numbers.give_back(ctx.scope(), ticket).await;
    }
    commit
}

async fn take_number(app: &App, ctx: &Ctx, business_date: BusinessDate) -> Result<NumberTicket, Error> {
    let period = business_date.period();
    let charge = Charge { period, max: ctx.limits().orders_per_month };
    match app.numbers.take(ctx.scope(), Some(charge)).await? {
        Taking::Taken(ticket) => Ok(ticket),
        Taking::QuotaReached { max, current } => Err(Error::QuotaReached {
            limit: "orders_per_month",
            max,
            current,
            resets_at: crate::tenants::start_of_day(&ctx.tenant, period.next_start()).ok(),
        }),
    }
}

/// A number goes back unless it was committed, may have been, or is somebody else's.
fn burns_no_number(commit: &Result<Commit<OrderView>, Error>) -> bool {
    match commit {
        Ok(Commit::Done(Done::Replayed(_)) | Commit::Stale | Commit::Refused(_)) => true,
        Ok(Commit::Done(_) | Commit::NumberTaken) | Err(Error::OutcomeUnknown(_)) => false,
        Err(_) => true,
    }
}
