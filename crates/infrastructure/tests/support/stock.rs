//! Changesets for tests, made by the domain and committed past the use cases.

use std::sync::Arc;

use orderbase_application::changeset::{Change, Changeset, Claim, KeptAnswer, Outcome, Require};
use orderbase_application::ports::{StorageError, Taking};
use orderbase_application::testing::{customer, tenant_ctx};
use orderbase_application::{App, Ctx, IdempotencyKey, events};
use orderbase_infrastructure::sql::SqlDb;
use orderbase_kernel::{
    Currency, CustomerId, ExternalReference, ItemId, Money, OrderId, Quantity, Timestamp, UnitPrice,
};
use orderbase_orders::{Metadata, NewItem, Order, PlaceOrder, ProductId};

use super::rows;

/// A tenant with a customer.
pub struct Shop {
    pub app: App,
    pub ctx: Ctx,
    pub customer_id: CustomerId,
}

impl Shop {
    pub async fn open(app: App) -> Self {
        let ctx = tenant_ctx(&app, "acme").await;
        let customer_id = customer(&app, &ctx, "Ada").await.id;
        Self { app, ctx, customer_id }
    }

    /// An order of some lines, as a changeset that requires its customer.
    pub async fn order(&self, lines: i64, reference: Option<&str>) -> (Order, Changeset) {
        let (app, ctx) = (&self.app, &self.ctx);
        let Taking::Taken(ticket) = app.numbers.take(ctx.scope(), None).await.unwrap() else { panic!("no number") };
        let at = app.clock.now();
        let id = OrderId::from_uuid(app.ids.next(at));
        let at = id.timestamp().unwrap();
        let items = (1..=lines).map(|line| self.line(at, line)).collect();
        let place = PlaceOrder {
            id,
            tenant_id: ctx.tenant.id(),
            number: ticket.number,
            customer_id: self.customer_id,
            currency: Currency::Usd,
            items,
            external_reference: reference.map(|reference| ExternalReference::parse(reference).unwrap()),
            metadata: Metadata::empty(),
            business_date: at.utc_date(),
        };
        let (order, event) = Order::place(place, &ctx.order_policy()).unwrap();
        let row = events::of_order(app, ctx, &order, &event).unwrap();
        let change = Change::insert(order.clone(), vec![row]).unwrap();
        (order, Changeset::new().require(Require::ActiveCustomer(self.customer_id)).change(change))
    }

    /// The confirmation of an order, as a changeset.
    pub fn confirm(&self, order: &Order) -> Changeset {
        let mut confirmed = order.clone();
        let event = confirmed.confirm(self.app.clock.now()).unwrap().unwrap();
        let row = events::of_order(&self.app, &self.ctx, &confirmed, &event).unwrap();
        Changeset::new().change(Change::update(confirmed, order.version(), row).unwrap())
    }

    fn line(&self, at: Timestamp, line: i64) -> NewItem {
        NewItem {
            id: ItemId::from_uuid(self.app.ids.next(at)),
            product_id: ProductId::parse("sku").unwrap(),
            quantity: Quantity::try_new(line).unwrap(),
            unit_price: UnitPrice::try_new(Money::try_new(100, Currency::Usd).unwrap()).unwrap(),
            sku: None,
            name: None,
        }
    }

    /// A claim with an answer of its own.
    pub fn claim(&self, key: &str, fingerprint: u8) -> Claim {
        let attempt = self.app.ids.next(self.app.clock.now());
        Claim {
            principal_id: self.ctx.principal_id,
            key: IdempotencyKey::parse(key).unwrap(),
            attempt,
            fingerprint: [fingerprint; 32],
            answer: Arc::new(KeptAnswer {
                status: 201,
                location: None,
                etag: None,
                body: attempt.to_string().into_bytes(),
                holds_credential: false,
            }),
        }
    }

    pub async fn commit(&self, changeset: Changeset) -> Result<Outcome, StorageError> {
        self.app.commits.commit(self.ctx.scope(), changeset).await
    }
}

/// How many orders, lines, order events and claims there are, at one instant.
pub async fn counts(db: &SqlDb) -> [i64; 4] {
    let sql = "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM order_items), \
               (SELECT count(*) FROM events WHERE aggregate_type = 'order'), (SELECT count(*) FROM idempotency_keys)";
    let row = rows(db, sql).await.remove(0);
    [0, 1, 2, 3].map(|column| row.try_get_by_index(column).unwrap())
}
