//! Keys whose secrets are hashed anew behind the requests that used them (security.md rule 37), one after the other. What does not fit,
//! could not be written, or waits when the server stops, is left out: the next use of the key notes it again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use orderbase_application::ports::{KeyRenewal, KeyRenewals};
use orderbase_application::{App, keys};
use orderbase_tenancy::KeyHash;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const WAITING_MAX: usize = 1_000;
/// How long nothing is tried after a failure, so that a storage in trouble is not asked at every use of a key.
const REST: Duration = Duration::from_secs(1);

/// A queue in which each secret stands once.
#[derive(Debug, Default)]
pub struct QueuedRenewals {
    waiting: Mutex<HashMap<KeyHash, KeyRenewal>>,
    noted: Notify,
}

impl QueuedRenewals {
    /// Renews what is noted until it is told to end: then the one at work is waited for, and the rest is left out. The application is the
    /// one that notes here.
    pub async fn run(&self, app: &App, end: CancellationToken) {
        while end.run_until_cancelled(self.noted.notified()).await.is_some() {
            if !self.drain(app, &end).await {
                end.run_until_cancelled(tokio::time::sleep(REST)).await;
            }
        }
    }

    /// Renews what is noted at this moment, until it is told to end. `false` if something could not be written. The rest is forgotten.
    pub async fn drain(&self, app: &App, end: &CancellationToken) -> bool {
        let noted = std::mem::take(&mut *self.waiting());
        for renewal in noted.into_values() {
            if end.is_cancelled() {
                break;
            }
            if let Err(error) = keys::renew(app, renewal).await {
                tracing::warn!(%error, "keys.not_hashed_anew: the next use tries again");
                return false;
            }
        }
        true
    }

    /// A panic elsewhere leaves plain values behind.
    fn waiting(&self) -> MutexGuard<'_, HashMap<KeyHash, KeyRenewal>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyRenewals for QueuedRenewals {
    fn note(&self, renewal: KeyRenewal) {
        let mut waiting = self.waiting();
        if waiting.len() < WAITING_MAX {
            waiting.entry(renewal.from).or_insert(renewal);
        }
        drop(waiting);
        self.noted.notify_one();
    }
}

#[cfg(test)]
mod tests;
