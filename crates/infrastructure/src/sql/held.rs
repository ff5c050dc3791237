//! Connections to PostgreSQL that are kept out of the pool between statements. The pool asks the server on each return whether the
//! connection is alive: a round trip per statement for nothing (performance.md §6).
//!
//! Must never keep one whose state is not known: who is dropped half-way leaves his to the pool, which brings it in order or closes it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{Error as SqlxError, PgConnection, PgPool, Postgres};
use tokio::runtime::Handle;
use tokio::time::Instant;

/// After so long out of the pool a connection goes back to it once, which ends those that are too old.
const KEPT: Duration = Duration::from_secs(60);

/// The connections that are kept, and the pool that they are of.
pub(super) struct Held {
    pool: PgPool,
    /// The last one used is the next one lent.
    idle: Mutex<Vec<Kept>>,
    idle_max: usize,
    /// How long one may idle and be lent untested.
    test_idle: Duration,
    /// Who waits for the pool. While somebody does nothing is kept, for nobody else would give him a connection.
    waiting: AtomicUsize,
    closed: AtomicBool,
    runtime: Handle,
}

struct Kept {
    connection: PoolConnection<Postgres>,
    lent_at: Instant,
    used_at: Instant,
}

impl Kept {
    fn is_old(&self, test_idle: Duration) -> bool {
        self.used_at.elapsed() >= test_idle || self.lent_at.elapsed() >= KEPT
    }
}

impl Held {
    /// Keeps at most half of the pool's connections, so that those who ask the pool itself find some.
    pub fn new(pool: PgPool, pool_max: u32, test_idle: Duration) -> Arc<Self> {
        let idle_max = usize::try_from(pool_max / 2).unwrap_or_default();
        let (idle, waiting) = (Mutex::default(), AtomicUsize::new(0));
        let closed = AtomicBool::new(false);
        let held = Arc::new(Self { pool, idle, idle_max, test_idle, waiting, closed, runtime: Handle::current() });
        held.age();
        held
    }

    /// The last used is the next lent, so after a crowd some lie below and would never be asked for again.
    fn age(self: &Arc<Self>) {
        let (held, every) = (Arc::downgrade(self), self.test_idle.max(Duration::from_secs(1)));
        drop(self.runtime.spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                let Some(held) = held.upgrade() else { return };
                held.give_back_the_old();
            }
        }));
    }

    fn give_back_the_old(&self) {
        let old: Vec<Kept> = self.idle().extract_if(.., |kept| kept.is_old(self.test_idle)).collect();
        let _inside = self.runtime.enter();
        drop(old);
    }

    /// A connection that was used a moment ago, or one of the pool.
    pub async fn connection(self: &Arc<Self>) -> Result<HeldConnection, SqlxError> {
        if let Some(kept) = self.pop() {
            return Ok(self.lend(kept, true));
        }
        let waiting = Waiting::begin(&self.waiting);
        // Again: one may have been given back before it could be seen that somebody waits.
        if let Some(kept) = self.pop() {
            return Ok(self.lend(kept, true));
        }
        let connection = self.pool.acquire().await?;
        drop(waiting);
        let now = Instant::now();
        Ok(self.lend(Kept { connection, lent_at: now, used_at: now }, false))
    }

    /// From now on nothing is kept, so that the pool can be closed.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.release();
    }

    /// Ends all that idle, after one was found dead: the server may be gone for all of them.
    pub fn discard(&self) {
        let mut idle = std::mem::take(&mut *self.idle());
        let _inside = self.runtime.enter();
        idle.iter_mut().for_each(|kept| kept.connection.close_on_drop());
        drop(idle);
    }

    /// Gives all that idle back to the pool.
    fn release(&self) {
        let idle = std::mem::take(&mut *self.idle());
        let _inside = self.runtime.enter();
        drop(idle);
    }

    /// Whether the pool may have more connections from before.
    pub fn pool_has_idle(&self) -> bool {
        self.pool.num_idle() > 0
    }

    fn pop(&self) -> Option<Kept> {
        loop {
            let kept = self.idle().pop()?;
            if kept.used_at.elapsed() < self.test_idle {
                return Some(kept);
            }
        }
    }

    fn lend(self: &Arc<Self>, kept: Kept, was_kept: bool) -> HeldConnection {
        HeldConnection { held: Arc::clone(self), kept: Some(kept), was_kept, is_sound: false }
    }

    fn give_back(&self, mut kept: Kept) {
        kept.used_at = Instant::now();
        let is_due = kept.lent_at.elapsed() >= KEPT;
        {
            let mut idle = self.idle();
            if !is_due && idle.len() < self.idle_max {
                idle.push(kept);
            }
        }
        // Looked at only now: whoever began to wait before would have been seen, and who begins later finds what was kept.
        if self.waiting.load(Ordering::SeqCst) > 0 || self.closed.load(Ordering::SeqCst) {
            let one = self.idle().pop();
            drop(one);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.release();
    }
}

struct Waiting<'held>(&'held AtomicUsize);

impl<'held> Waiting<'held> {
    fn begin(count: &'held AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A connection that is lent. It is kept for the next only where the borrower has said that it is sound.
pub(super) struct HeldConnection {
    held: Arc<Held>,
    kept: Option<Kept>,
    /// It did not come from the pool just now: its server may be gone since.
    pub was_kept: bool,
    /// Nothing is under way on it, no transaction is open.
    pub is_sound: bool,
}

impl HeldConnection {
    /// The connection itself.
    pub fn get(&mut self) -> Result<&mut PgConnection, SqlxError> {
        self.kept.as_mut().map(|kept| &mut *kept.connection).ok_or(SqlxError::WorkerCrashed)
    }

    /// Ends the connection instead of lending it on.
    pub fn close_on_drop(&mut self) {
        self.is_sound = false;
        if let Some(kept) = &mut self.kept {
            kept.connection.close_on_drop();
        }
    }
}

impl Drop for HeldConnection {
    fn drop(&mut self) {
        if let Some(kept) = self.kept.take_if(|_| self.is_sound) {
            self.held.give_back(kept);
        }
    }
}
