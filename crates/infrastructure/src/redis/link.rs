//! The one way to Redis: a few connections that are kept, a time-out on every call, a breaker before them. A call that fails is not tried
//! again; its caller decides by itself. Must never take longer than the time-out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool_redis::redis::{Cmd, FromRedisValue, RedisError, ScriptInvocation};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::breaker::{Admitted, Breaker, Turned};
use super::connection::{Connection, NoConnection, Pool};
use super::options::RedisOptions;

/// So many time-outs in a row, and all connections are made anew.
const TIMED_OUT_MAX: usize = 10;

/// Redis gave no answer in time, or is not asked at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Redis gave no answer")]
pub struct Away;

/// Cheap to clone; all clones share connections and breaker.
#[derive(Clone)]
pub struct RedisLink {
    shared: Arc<Shared>,
}

struct Shared {
    pool: Pool,
    held: Vec<Held>,
    next: AtomicUsize,
    breaker: Mutex<Breaker>,
    /// Calls in a row that nobody answered in time.
    timed_out: AtomicUsize,
    began: Instant,
    timeout: Duration,
    /// Connections live on the runtime of the process: those of the request threads end before it.
    runtime: Handle,
}

/// A place for one connection.
#[derive(Default)]
struct Held {
    connection: Mutex<Option<Connection>>,
    /// Whoever has it makes the connection.
    making: Arc<tokio::sync::Mutex<()>>,
}

type Turn = tokio::sync::OwnedMutexGuard<()>;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    NoConnection(#[from] NoConnection),
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error("no answer in time")]
    TimedOut,
    #[error("the task that connects was ended")]
    Ended,
}

impl RedisLink {
    /// Opens nothing: connections are made when they are first wanted. Has to be called within the runtime of the process.
    ///
    /// # Errors
    /// [`NoConnection::Url`] if a URL is none of Redis.
    pub fn new(options: &RedisOptions) -> Result<Self, NoConnection> {
        let shared = Shared {
            pool: Pool::new(options)?,
            held: (0..options.connections_max.max(1)).map(|_| Held::default()).collect(),
            next: AtomicUsize::new(0),
            breaker: Mutex::default(),
            timed_out: AtomicUsize::new(0),
            began: Instant::now(),
            timeout: options.timeout,
            runtime: Handle::current(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Makes the first connection. A Redis that is missing is said and done without.
    pub async fn warm(&self) {
        if let Err(fault) = self.shared.connection(0).await {
            tracing::warn!(mode = "local", error = %fault, "limiter.degraded");
        }
    }

    /// Whether calls are answered by [`Away`] without being made.
    pub fn is_open(&self) -> bool {
        self.shared.breaker().is_open()
    }

    /// # Errors
    /// [`Away`].
    pub(super) async fn script<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, Away> {
        self.call(|mut connection| async move { script.invoke_async(&mut connection).await }).await
    }

    /// # Errors
    /// [`Away`].
    pub(super) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Away> {
        self.call(|mut connection| async move { command.query_async(&mut connection).await }).await
    }

    async fn call<T, F>(&self, ask: impl FnOnce(Connection) -> F) -> Result<T, Away>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        let shared = &self.shared;
        let admitted = shared.breaker().admit(shared.began.elapsed());
        if admitted == Admitted::No {
            return Err(Away);
        }
        let place = shared.next.fetch_add(1, Ordering::Relaxed) % shared.held.len().max(1);
        let asked = async {
            let (place, connection) = shared.connection(place).await?;
            let answer = ask(connection).await;
            if answer.is_err() {
                // It may lead to a server that is gone, or to one that is not the first any more.
                shared.let_go(place);
            }
            Ok(answer?)
        };
        let answer = tokio::time::timeout(shared.timeout, asked).await.unwrap_or(Err(Fault::TimedOut));
        shared.note(admitted, answer.as_ref().err());
        answer.map_err(|_| Away)
    }
}

impl Shared {
    /// The connection of that place or, while that is being made, of another; and whose it is. Waits only where there is none at all.
    async fn connection(self: &Arc<Self>, place: usize) -> Result<(usize, Connection), Fault> {
        let places = (0..self.held.len()).cycle().skip(place).take(self.held.len());
        let found = places.filter_map(|place| Some((place, self.held.get(place)?.get()?))).next();
        let Some(held) = self.held.get(place) else { return Err(Fault::Ended) };
        match found {
            Some((at, connection)) => {
                if at != place
                    && let Ok(turn) = Arc::clone(&held.making).try_lock_owned()
                {
                    drop(self.make(place, turn));
                }
                Ok((at, connection))
            }
            None => {
                let turn = Arc::clone(&held.making).lock_owned().await;
                if let Some(connection) = held.get() {
                    return Ok((place, connection));
                }
                let made = self.make(place, turn).await.map_err(|_| Fault::Ended)??;
                Ok((place, made))
            }
        }
    }

    /// Makes the connection of a place. Who gives up waiting leaves the making to go on: it may take longer than a call.
    fn make(self: &Arc<Self>, place: usize, turn: Turn) -> JoinHandle<Result<Connection, NoConnection>> {
        let shared = Arc::clone(self);
        self.runtime.spawn(async move {
            let made = shared.pool.connect().await;
            if let (Ok(connection), Some(held)) = (&made, shared.held.get(place)) {
                held.set(Some(connection.clone()));
            }
            drop(turn);
            made
        })
    }

    fn let_go(&self, place: usize) {
        if let Some(held) = self.held.get(place) {
            held.set(None);
        }
    }

    fn note(&self, admitted: Admitted, fault: Option<&Fault>) {
        self.count_silence(fault);
        let turned = self.breaker().note(admitted, self.began.elapsed(), fault.is_none());
        match (turned, fault) {
            (Some(Turned::Opened), Some(fault)) => {
                tracing::warn!(mode = "local", error = %fault, "limiter.degraded");
                // Behind them there may be nobody any more who would close them.
                (0..self.held.len()).for_each(|place| self.let_go(place));
            }
            (Some(Turned::Closed), _) => tracing::info!("limiter.recovered"),
            _ => {}
        }
    }

    /// A server that has vanished without a word leaves connections that never end. The breaker sees it under load; who asks seldom gives
    /// them up after so many time-outs in a row.
    fn count_silence(&self, fault: Option<&Fault>) {
        match fault {
            Some(Fault::TimedOut) => {
                if self.timed_out.fetch_add(1, Ordering::Relaxed) + 1 >= TIMED_OUT_MAX {
                    self.timed_out.store(0, Ordering::Relaxed);
                    (0..self.held.len()).for_each(|place| self.let_go(place));
                }
            }
            _ => self.timed_out.store(0, Ordering::Relaxed),
        }
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn get(&self) -> Option<Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, connection: Option<Connection>) {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = connection;
    }
}
