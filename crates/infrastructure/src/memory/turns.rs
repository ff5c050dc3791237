//! Queues of commands that were overtaken on one aggregate. Without them a crowd runs in a pack: each round one wins, and all others
//! have loaded in vain. What is right, the version says; nothing here may be relied on for that.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use orderbase_application::ports::Turn;
use orderbase_kernel::AggregateRef;
use uuid::Uuid;

/// How long who is overtaken by another instance waits at most, the first time; each time twice as long.
const WAIT_MS: u64 = 10;

const WAIT_MS_MAX: u64 = 500;

/// How long a turn is waited for. Who has it may hang on a lock; a turn is advice, and a request's time is bounded.
const TURN_MAX: Duration = Duration::from_secs(2);

/// One per process. Holds an entry only where somebody waits or has the turn.
#[derive(Clone, Default)]
pub(crate) struct Turns {
    queues: Arc<Mutex<HashMap<Key, Weak<Queue>>>>,
}

type Key = (Uuid, AggregateRef);

/// Fair: first come, first served.
type Queue = tokio::sync::Mutex<()>;

impl Turns {
    /// As the port says. A new command queues where there is a queue, and makes none.
    pub async fn wait(&self, key: Key, turn: &mut Turn) {
        let overtaken = turn.next_try();
        if turn.is_held() {
            // By another instance, or by one that was on its way before there was a queue.
            tokio::time::sleep(pause(overtaken)).await;
            return;
        }
        // No statement is under way here, so that the wait may be cut.
        if let Some(queue) = self.queue(key, overtaken > 0)
            && let Ok(held) = tokio::time::timeout(TURN_MAX, queue.lock_owned()).await
        {
            turn.hold(held);
        }
    }

    fn queue(&self, key: Key, make: bool) -> Option<Arc<Queue>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let alive = queues.get(&key).and_then(Weak::upgrade);
        if alive.is_some() || !make {
            return alive;
        }
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::default();
        queues.insert(key, Arc::downgrade(&queue));
        Some(queue)
    }
}

/// Half of it at random: two instances whose turns met would meet again.
fn pause(overtaken: u32) -> Duration {
    let doubled = WAIT_MS.saturating_mul(1 << overtaken.saturating_sub(2).min(16)).min(WAIT_MS_MAX);
    let half = doubled / 2;
    Duration::from_millis(half + RandomState::new().build_hasher().finish() % (half + 1))
}

#[cfg(test)]
mod tests {
    use orderbase_kernel::AggregateType;

    use super::*;

    fn key(id: u128) -> Key {
        (Uuid::nil(), AggregateRef::new(AggregateType::Order, Uuid::from_u128(id)))
    }

    async fn overtaken(turns: &Turns, id: u128) -> Turn {
        let mut turn = Turn::default();
        turn.next_try();
        turns.wait(key(id), &mut turn).await;
        turn
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_overtaken_goes_one_after_the_other() {
        let turns = Turns::default();
        let mut first = Turn::default();
        turns.wait(key(1), &mut first).await;
        assert!(!first.is_held(), "nobody was overtaken yet");
        turns.wait(key(1), &mut first).await;
        assert!(first.is_held());

        let elsewhere = overtaken(&turns, 2).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for name in ["second", "new"] {
            let (turns, order) = (turns.clone(), Arc::clone(&order));
            waiting.push(tokio::spawn(async move {
                let mut turn = Turn::default();
                if name == "second" {
                    turn.next_try();
                }
                turns.wait(key(1), &mut turn).await;
                order.lock().unwrap().push(name);
            }));
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(TURN_MAX / 2).await;
        assert!(order.lock().unwrap().is_empty(), "somebody did not wait for the turn");
        drop(first);
        for one in waiting {
            one.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), ["second", "new"]);
        drop(elsewhere);

        let mut late = Turn::default();
        turns.wait(key(1), &mut late).await;
        assert!(!late.is_held(), "the queue outlived those who stood in it");
        drop(overtaken(&turns, 3).await);
        assert_eq!(turns.queues.lock().unwrap().len(), 1, "only the last queue is remembered");
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_does_not_end_is_not_waited_for_for_ever() {
        let turns = Turns::default();
        let _hangs = overtaken(&turns, 1).await;
        let began = tokio::time::Instant::now();
        assert!(!overtaken(&turns, 1).await.is_held());
        assert!(began.elapsed() >= TURN_MAX && began.elapsed() < TURN_MAX * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_overtaken_again_waits_longer_each_time() {
        let turns = Turns::default();
        let mut turn = overtaken(&turns, 1).await;
        for most in [10, 20, 40, 80, 160, 320, 500, 500, 500] {
            let began = tokio::time::Instant::now();
            turns.wait(key(1), &mut turn).await;
            let waited = began.elapsed();
            assert!((most / 2..=most + 1).contains(&(waited.as_millis() as u64)), "{waited:?}, at most {most} ms");
        }
    }
}
