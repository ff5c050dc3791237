//! Takes in orders from elsewhere with their customers: history, not requests. It counts against no monthly quota, and what was
//! taken in once is not taken in again, so an interrupted run is resumed by running it again.

mod decide;
mod rehearsal;

use std::collections::HashSet;

use orderbase_kernel::{Currency, Email, ExternalReference, Name, OrderTotal, Timestamp};
use orderbase_orders::{Metadata, OrderStatus};
use orderbase_tenancy::Permission;

use self::decide::{Batch, Decided};
pub use self::rehearsal::Rehearsal;
use super::place::ItemInput;
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Taken};
use crate::ports::NumberTicket;
use crate::write::{self, Commit};

/// Orders of one changeset at most.
pub const IMPORT_ORDERS_MAX: usize = 100;
/// Items of one changeset at most, but for an order that alone has more.
pub const IMPORT_ITEMS_MAX: usize = 5_000;

/// One order as it stood elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportLine {
    /// By which it is known when it comes again.
    pub external_reference: ExternalReference,
    pub customer: ImportCustomer,
    pub currency: Currency,
    pub status: OrderStatus,
    /// From 1970 on and not in the future; the time of every event of the order.
    pub created_at: Timestamp,
    pub items: Vec<ItemInput>,
    pub metadata: Metadata,
}

/// Whose order it is. One that exists is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportCustomer {
    pub external_reference: ExternalReference,
    pub name: Name,
    pub email: Option<Email>,
}

/// What happens to an order whose `external_reference` exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnExisting {
    #[default]
    Skip,
    Fail,
}

/// Whether it is meant.
pub enum Effect<'a> {
    Commit,
    /// Everything but the commit; it remembers what would exist by then. The customers' quota and e-mails are not tried.
    Rehearse(&'a mut Rehearsal),
}

/// What became of one line.
#[derive(Debug)]
pub enum Imported {
    Accepted {
        items: usize,
        total: OrderTotal,
    },
    /// It exists.
    Skipped,
    Rejected(Error),
}

/// What became of all of them.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// In the order of the lines; all of them, unless it failed on the way.
    pub lines: Vec<Imported>,
    pub customers_created: usize,
    /// Why the lines behind those told of were not dealt with: the storage failed. What is told of stands.
    pub failed: Option<Error>,
}

/// Takes orders in, in changesets of at most [`IMPORT_ORDERS_MAX`] orders and [`IMPORT_ITEMS_MAX`] items. A changeset that is
/// refused is repeated order by order, so that one bad line costs no other.
///
/// # Errors
/// `permission_denied`, `tenant_suspended`, `trial_expired`, `tenant_closed`. Where the storage failed the report says so: what
/// stood before is durable, and running it again resumes.
#[tracing::instrument(name = "orders.import", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn import(
    app: &App,
    ctx: &Ctx,
    lines: Vec<ImportLine>,
    on_existing: OnExisting,
    effect: Effect<'_>,
) -> Result<ImportReport, Error> {
    ctx.require(Permission::OrdersWrite)?;
    ctx.require(Permission::CustomersWrite)?;

    let mut results: Vec<Option<Imported>> = lines.iter().map(|_| None).collect();
    let mut run = Run { app, ctx, on_existing, effect, customers_created: 0 };
    let mut failed = None;
    for batch in batches(&lines) {
        let mut settled = Vec::with_capacity(batch.len());
        failed = run.batch(&batch, &mut settled).await.err();
        for (at, result) in settled {
            if let Some(place) = results.get_mut(at) {
                *place = Some(result);
            }
        }
        if failed.is_some() {
            break;
        }
    }

    let results: Vec<Imported> = results.into_iter().map_while(|result| result).collect();
    if results.len() < lines.len() && failed.is_none() {
        return Err(Error::internal("a line of the import was forgotten"));
    }
    Ok(ImportReport { lines: results, customers_created: run.customers_created, failed })
}

/// A line with its place in the list.
type Placed<'a> = (usize, &'a ImportLine);

/// Cuts the list into changesets. A reference that comes twice begins a new one, for only then is it known whether it exists.
fn batches(lines: &[ImportLine]) -> Vec<Vec<Placed<'_>>> {
    let mut batches = Vec::new();
    let mut batch: Vec<Placed<'_>> = Vec::new();
    let mut references = HashSet::new();
    let mut items = 0;
    for (at, line) in lines.iter().enumerate() {
        let full = batch.len() == IMPORT_ORDERS_MAX || items + line.items.len() > IMPORT_ITEMS_MAX;
        if !batch.is_empty() && (full || references.contains(&line.external_reference)) {
            batches.push(std::mem::take(&mut batch));
            references.clear();
            items = 0;
        }
        references.insert(&line.external_reference);
        items += line.items.len();
        batch.push((at, line));
    }
    batches.push(batch);
    batches
}

/// One run over a list.
struct Run<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    on_existing: OnExisting,
    effect: Effect<'a>,
    customers_created: usize,
}

/// How a changeset ended: with results, or refused as a whole.
enum Attempt {
    Settled(Vec<(usize, Imported)>),
    Refused(Error),
}

impl Run<'_> {
    /// What is known of the batch when it fails stands in `results`.
    async fn batch(&mut self, batch: &[Placed<'_>], results: &mut Vec<(usize, Imported)>) -> Result<(), Error> {
        match self.attempt(batch).await? {
            Attempt::Settled(settled) => results.extend(settled),
            Attempt::Refused(error) => self.one_by_one(batch, error, results).await?,
        }
        Ok(())
    }

    async fn one_by_one(
        &mut self,
        batch: &[Placed<'_>],
        error: Error,
        results: &mut Vec<(usize, Imported)>,
    ) -> Result<(), Error> {
        // Of a reference that another took meanwhile the second look knows whose it is.
        let raced = matches!(error, Error::Taken { .. });
        if let ([(at, _)], false) = (batch, raced) {
            results.push((*at, Imported::Rejected(error)));
            return Ok(());
        }
        for line in batch {
            match self.attempt(&[*line]).await? {
                Attempt::Settled(settled) => results.extend(settled),
                Attempt::Refused(error) => results.push((line.0, self.refused(error))),
            }
        }
        Ok(())
    }

    /// An order that another took in first is one that exists.
    fn refused(&self, error: Error) -> Imported {
        match (&error, self.on_existing) {
            (Error::Taken { taken: Taken::OrderExternalReference, .. }, OnExisting::Skip) => Imported::Skipped,
            _ => Imported::Rejected(error),
        }
    }

    /// A number that turns out to be in use is replaced once, as when an order is placed.
    async fn attempt(&mut self, batch: &[Placed<'_>]) -> Result<Attempt, Error> {
        for _ in 0..2 {
            let mut decided = self.decided(batch).await?;
            if decided.orders.is_empty() {
                return Ok(Attempt::Settled(decided.results));
            }
            if let Effect::Rehearse(rehearsal) = &mut self.effect {
                self.customers_created += decided.customers.len();
                rehearsal.remember(&decided);
                return Ok(Attempt::Settled(decided.into_results()));
            }
            let changeset = decided.take_changeset(self.ctx)?;
            let commit = write::commit(self.app, self.ctx, changeset, (), None).await;
            let tickets = std::mem::take(&mut decided.tickets);
            match commit {
                Ok(Commit::Done(_)) => {
                    self.customers_created += decided.customers.len();
                    return Ok(Attempt::Settled(decided.into_results()));
                }
                Ok(Commit::NumberTaken) => self.app.numbers.resync(self.ctx.scope()).await?,
                Ok(Commit::Refused(error)) => {
                    self.give_back(tickets).await;
                    return Ok(Attempt::Refused(error));
                }
                Ok(Commit::Stale) => {
                    self.give_back(tickets).await;
                    return Ok(Attempt::Refused(Error::WriteConflict));
                }
                Err(error @ Error::OutcomeUnknown(_)) => return Err(error),
                Err(error) => {
                    self.give_back(tickets).await;
                    return Err(error);
                }
            }
        }
        Ok(Attempt::Refused(Error::WriteConflict))
    }

    /// Looks up what exists and decides on the rest. The numbers of a failure on the way go back.
    async fn decided<'l>(&self, batch: &[Placed<'l>]) -> Result<Decided<'l>, Error> {
        let mut deciding = Batch::begin(self.app, self.ctx, self.rehearsal(), batch).await?;
        let mut failed = None;
        for (at, line) in batch {
            if let Some(existing_id) = deciding.existing(line) {
                let taken = Error::Taken { taken: Taken::OrderExternalReference, existing_id };
                deciding.settle(
                    *at,
                    match self.on_existing {
                        OnExisting::Skip => Imported::Skipped,
                        OnExisting::Fail => Imported::Rejected(taken),
                    },
                );
            } else if let Err(error) = deciding.decide(*at, line).await {
                failed = Some(error);
                break;
            }
        }
        let mut decided = deciding.end();
        match failed {
            None => Ok(decided),
            Some(error) => {
                self.give_back(std::mem::take(&mut decided.tickets)).await;
                Err(error)
            }
        }
    }

    fn rehearsal(&self) -> Option<&Rehearsal> {
        match &self.effect {
            Effect::Commit => None,
            Effect::Rehearse(rehearsal) => Some(rehearsal),
        }
    }

    async fn give_back(&self, tickets: Vec<NumberTicket>) {
        for ticket in tickets {
            self.app.numbers.give_back(self.ctx.scope(), ticket).await;
        }
    }
}

#[cfg(test)]
mod tests;
