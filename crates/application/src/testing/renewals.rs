//! Keys whose secrets are to be hashed anew, noted and left alone.

use std::sync::Mutex;

use crate::ports::{KeyRenewal, KeyRenewals};

/// Keeps what it is told, until a test takes it.
#[derive(Debug, Default)]
pub struct NotedRenewals(Mutex<Vec<KeyRenewal>>);

impl NotedRenewals {
    /// What was noted since it was taken the last time.
    pub fn take(&self) -> Vec<KeyRenewal> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl KeyRenewals for NotedRenewals {
    fn note(&self, renewal: KeyRenewal) {
        self.0.lock().unwrap().push(renewal);
    }
}
