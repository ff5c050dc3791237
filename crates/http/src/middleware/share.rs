//! How many places of one kind each tenant has. Who has shown no credential yet belongs to the visitors, who are counted as one tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use orderbase_kernel::TenantId;

/// Places taken, by tenant; `None` are the visitors.
#[derive(Default)]
pub(super) struct Shares {
    taken: Arc<Mutex<HashMap<Option<TenantId>, usize>>>,
}

/// One place counted to somebody, given back when dropped.
pub(super) struct Share {
    whose: Option<TenantId>,
    taken: Arc<Mutex<HashMap<Option<TenantId>, usize>>>,
}

impl Shares {
    /// Counts one of `all` places to somebody; `in_use` are taken, this one included. When more than half are, nobody gets more than
    /// half (reliability.md 36): `None`.
    pub fn take(&self, whose: Option<TenantId>, in_use: usize, all: usize) -> Option<Share> {
        let half = all / 2;
        self.take_up_to(whose, if in_use > half { half.max(1) } else { usize::MAX })
    }

    /// Counts one place to somebody who may have `max` of them: `None` if he has.
    pub fn take_up_to(&self, whose: Option<TenantId>, max: usize) -> Option<Share> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let his = taken.get(&whose).copied().unwrap_or(0);
        if his >= max {
            return None;
        }
        taken.insert(whose, his + 1);
        Some(Share { whose, taken: Arc::clone(&self.taken) })
    }

    #[cfg(test)]
    pub fn of(&self, whose: Option<TenantId>) -> usize {
        self.taken.lock().unwrap().get(&whose).copied().unwrap_or(0)
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.taken.lock().unwrap().is_empty()
    }
}

impl Share {
    pub fn whose(&self) -> Option<TenantId> {
        self.whose
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(his) = taken.get_mut(&self.whose) {
            *his -= 1;
            if *his == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}
