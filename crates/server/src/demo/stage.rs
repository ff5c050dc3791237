//! Carries out what happens on the last day, each deed by its use case.

use std::collections::HashMap;

use orderbase_application::orders::{self, AmountInput, ItemInput, PlaceOrder, UpdateOrder};
use orderbase_application::{App, Conditions, Ctx, Error, customers};
use orderbase_kernel::{CustomerId, ExternalReference, OrderId, Patch};
use orderbase_orders::{Cancel, MetadataPatch, Note};

use super::live::{Deed, Step, Wish};

/// Customers by the names that they have elsewhere.
pub type Customers = HashMap<ExternalReference, CustomerId>;

/// What the deeds refer to.
pub struct Stage<'a> {
    pub app: &'a App,
    pub customers: Customers,
    /// The orders placed so far, by their place in the day.
    pub placed: HashMap<usize, OrderId>,
}

impl Stage<'_> {
    /// # Errors
    /// Those of the use case; `internal_error` for a deed that refers to nothing.
    pub async fn perform(&mut self, ctx: &Ctx, deed: Deed) -> Result<(), Error> {
        match deed {
            Deed::Deactivate(customer) => {
                let id = self.customer(&customer)?;
                customers::deactivate(self.app, ctx, id, Conditions::default()).await?;
            }
            Deed::Place { order, wish } => {
                let id = self.place(ctx, wish).await?;
                self.placed.insert(order, id);
            }
            Deed::Step { order, step } => {
                let id = self.placed.get(&order).copied();
                let id = id.ok_or_else(|| Error::internal("a step of an order that was not placed"))?;
                self.step(ctx, id, step).await?;
            }
        }
        Ok(())
    }

    async fn place(&self, ctx: &Ctx, wish: Wish) -> Result<OrderId, Error> {
        let Wish { customer, currency, items, external_reference, metadata } = wish;
        let command = PlaceOrder {
            customer_id: self.customer(&customer)?,
            currency,
            items,
            external_reference: Some(external_reference),
            metadata,
        };
        Ok(orders::place(self.app, ctx, command, Conditions::default()).await?.into_fresh()?.id)
    }

    async fn step(&self, ctx: &Ctx, id: OrderId, step: Step) -> Result<(), Error> {
        let app = self.app;
        match step {
            Step::Confirm => drop(orders::confirm(app, ctx, id, Conditions::default()).await?),
            Step::Process => drop(orders::process(app, ctx, id, Conditions::default()).await?),
            Step::Complete => drop(orders::complete(app, ctx, id, Conditions::default()).await?),
            Step::Cancel(reason, note) => {
                let why = Cancel { reason, note: Some(Note::parse(note).map_err(Error::internal)?) };
                orders::cancel(app, ctx, id, why, Conditions::default()).await?;
            }
            Step::Note(text) => {
                let note = Note::parse(text).map_err(Error::internal)?;
                orders::add_note(app, ctx, id, note, Conditions::default()).await?;
            }
            Step::Mark(metadata) => {
                let patch = Patch::Set(MetadataPatch(metadata.entries().clone()));
                let update = UpdateOrder { metadata: patch, ..UpdateOrder::default() };
                orders::update(app, ctx, id, update, Conditions::default()).await?;
            }
            Step::Replace(items) => {
                let items = items.into_iter().map(by_text).collect::<Result<Vec<_>, Error>>()?;
                orders::replace_items(app, ctx, id, items, Conditions::default()).await?;
            }
        }
        Ok(())
    }

    fn customer(&self, reference: &ExternalReference) -> Result<CustomerId, Error> {
        let id = self.customers.get(reference).copied();
        id.ok_or_else(|| Error::internal("a made-up customer was not made"))
    }
}

/// The line as a request would bring it, before the order's currency is known.
fn by_text(item: ItemInput) -> Result<ItemInput<AmountInput>, Error> {
    let ItemInput { product_id, quantity, unit_price, sku, name } = item;
    let unit_price = AmountInput::parse(&unit_price.to_string()).map_err(Error::internal)?;
    Ok(ItemInput { product_id, quantity, unit_price, sku, name })
}
