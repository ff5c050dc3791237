//! The buffer itself: who gets a row, who is counted, what is dropped. It asks no clock and writes nothing.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use orderbase_application::changeset::AuditEntry;
use orderbase_kernel::{Actor, Network, TenantId};
use tokio::time::Instant;

const ROWS_MAX: usize = 1_000;
const BATCH_MAX: usize = 100;
const MINUTE: Duration = Duration::from_secs(60);
/// Rows of one actor or network in a minute.
const ROWS_A_MINUTE: u32 = 10;
/// Actors and networks of one minute. Beyond it is a flood from everywhere: more than the buffer takes in any case.
const SOURCES_MAX: usize = 10_000;

#[derive(Default)]
pub(super) struct Buffer {
    rows: VecDeque<AuditEntry>,
    sources: HashMap<(TenantId, Source), Minute>,
    dropped: u64,
}

/// Whom rows are counted for: the actor, or where nobody was recognised the network.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Source {
    Actor(Actor),
    Network(Network),
    Unknown,
}

struct Minute {
    began: Instant,
    rows: u32,
    counted: u64,
    /// The last one that was counted only.
    last: Option<AuditEntry>,
}

impl Buffer {
    pub(super) fn note(&mut self, entry: AuditEntry, now: Instant) {
        let source = match (&entry.actor, entry.network) {
            (Some(actor), _) => Source::Actor(actor.clone()),
            (None, Some(address)) => Source::Network(Network::of_client(address)),
            (None, None) => Source::Unknown,
        };
        let key = (entry.tenant_id, source);
        if self.sources.get(&key).is_some_and(|minute| minute.is_over(now))
            && let Some(minute) = self.sources.remove(&key)
        {
            self.close(minute);
        }
        if self.sources.len() >= SOURCES_MAX && !self.sources.contains_key(&key) {
            self.dropped += 1;
            return;
        }
        let minute = self.sources.entry(key).or_insert(Minute { began: now, rows: 0, counted: 0, last: None });
        if minute.rows < ROWS_A_MINUTE {
            minute.rows += 1;
            self.push(entry, 1);
        } else {
            minute.counted += 1;
            minute.last = Some(entry);
        }
    }

    /// Turns what was counted into rows, of minutes that are over or, with `all`, of every one.
    pub(super) fn close_minutes(&mut self, now: Instant, all: bool) {
        let over: Vec<_> =
            self.sources.extract_if(|_, minute| all || minute.is_over(now)).map(|(_, minute)| minute).collect();
        for minute in over {
            self.close(minute);
        }
    }

    /// The oldest rows of one tenant, at most 100; none when there are none.
    pub(super) fn batch(&mut self) -> Vec<AuditEntry> {
        let Some(tenant_id) = self.rows.front().map(|row| row.tenant_id) else { return Vec::new() };
        let (mut batch, mut others) = (Vec::new(), VecDeque::with_capacity(self.rows.len()));
        for row in self.rows.drain(..) {
            if row.tenant_id == tenant_id && batch.len() < BATCH_MAX { batch.push(row) } else { others.push_back(row) }
        }
        self.rows = others;
        batch
    }

    /// Takes rows back that were not written. What came in the meantime stays; of the old ones as many as there is room for.
    pub(super) fn put_back(&mut self, batch: Vec<AuditEntry>) {
        for row in batch.into_iter().rev() {
            if self.rows.len() < ROWS_MAX { self.rows.push_front(row) } else { self.dropped += 1 }
        }
    }

    /// How many notes were dropped since this was asked last.
    pub(super) fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }

    fn close(&mut self, minute: Minute) {
        let Some(last) = minute.last else { return };
        let count = format!("stands for {} within a minute", minute.counted);
        let detail = last.detail.as_ref().map_or_else(|| count.clone(), |detail| format!("{detail}; {count}"));
        self.push(AuditEntry { detail: Some(detail), ..last }, minute.counted);
    }

    fn push(&mut self, row: AuditEntry, stands_for: u64) {
        if self.rows.len() < ROWS_MAX { self.rows.push_back(row) } else { self.dropped += stands_for }
    }
}

impl Minute {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.began) >= MINUTE
    }
}
