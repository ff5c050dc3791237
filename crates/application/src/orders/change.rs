//! What the commands on an existing order have in common: load, decide, commit, and again if another was faster.

use orderbase_kernel::{Envelope, OrderId, Timestamp};
use orderbase_orders::{Order, OrderError, OrderEvent};

use crate::app::App;
use crate::changeset::{Change, Changeset, Require};
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::{Error, Missing};
use crate::events;
use crate::write::{self, ATTEMPTS_MAX, Commit, Verdict};

/// A command on an order: how it is decided, what must hold meanwhile, and what is answered.
pub(super) struct OrderChange<D, A> {
    pub id: OrderId,
    pub decide: D,
    /// Whether the order's customer has to be active.
    pub needs_active_customer: bool,
    pub answer: A,
}

impl<D, A> OrderChange<D, A> {
    /// Runs the command under the conditions. `answer` gets the envelope when the command had an effect.
    pub async fn run<V>(self, app: &App, ctx: &Ctx, conditions: Conditions<V>) -> Result<Done<V>, Error>
    where
        D: Fn(&mut Order, Timestamp) -> Result<Option<OrderEvent>, OrderError>,
        A: Fn(&Order, Option<&Envelope>) -> Result<V, Error>,
    {
        let verdict = self.verdict(app, ctx, &conditions).await;
        write::settle(app, ctx, conditions.once.as_ref(), verdict).await
    }

    async fn verdict<V>(&self, app: &App, ctx: &Ctx, conditions: &Conditions<V>) -> Verdict<V>
    where
        D: Fn(&mut Order, Timestamp) -> Result<Option<OrderEvent>, OrderError>,
        A: Fn(&Order, Option<&Envelope>) -> Result<V, Error>,
    {
        for _ in 0..ATTEMPTS_MAX {
            let (changeset, view) = match self.decided(app, ctx, conditions).await {
                Ok(Decided::Effect(changeset, view)) => (changeset, view),
                Ok(Decided::Nothing(view)) => return Verdict::Unmet(Ok(view)),
                Err(error) => return Verdict::Unmet(Err(error)),
            };
            match write::commit(app, ctx, changeset, view, conditions.once.as_ref()).await {
                Ok(Commit::Done(done)) => return Verdict::Met(Ok(done)),
                Ok(Commit::Refused(error)) | Err(error) => return Verdict::Met(Err(error)),
                // The next round reads the present version; under If-Match it ends there as a conflict.
                Ok(Commit::Stale | Commit::NumberTaken) => {}
            }
        }
        Verdict::Met(Err(Error::WriteConflict))
    }

    async fn decided<V>(&self, app: &App, ctx: &Ctx, conditions: &Conditions<V>) -> Result<Decided<V>, Error>
    where
        D: Fn(&mut Order, Timestamp) -> Result<Option<OrderEvent>, OrderError>,
        A: Fn(&Order, Option<&Envelope>) -> Result<V, Error>,
    {
        let mut order =
            app.aggregates.order(ctx.scope(), self.id).await?.ok_or(Error::NotFound(Missing::Order))?;
        let read = order.version();
        conditions.if_match.check(read)?;

        let Some(event) = (self.decide)(&mut order, app.clock.now())? else {
            return Ok(Decided::Nothing((self.answer)(&order, None)?));
        };

        let envelope = events::of_order(app, ctx, &order, &event)?;
        let view = (self.answer)(&order, Some(&envelope))?;
        let mut changeset = Changeset::new();
        if self.needs_active_customer {
            changeset = changeset.require(Require::ActiveCustomer(order.customer_id()));
        }
        Ok(Decided::Effect(changeset.change(Change::update(order, read, envelope)?), view))
    }
}

enum Decided<V> {
    Effect(Changeset, V),
    Nothing(V),
}
