//! Credentials that were good the last time this process saw them. They need not ask the throttle of failed attempts first, so that
//! nobody who shares an address with a guesser is kept out by him.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use super::credential::Credential;

/// 64 KiB. Two credentials of one slot push each other out, which costs them a question and nothing else.
const SLOTS: usize = 8_192;

/// Marks of credentials, never themselves. Who is not known is asked about; who is known is still looked up.
pub(crate) struct Known {
    slots: Box<[AtomicU64]>,
    hasher: RandomState,
}

/// A keyed 64-bit digest of a credential: nobody outside can find another text for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark(u64);

impl Default for Known {
    fn default() -> Self {
        Self { slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(), hasher: RandomState::new() }
    }
}

impl Known {
    pub(super) fn mark<T: AsRef<str>>(&self, credential: &Credential<T>) -> Mark {
        // Never that of an empty slot.
        Mark(
            match credential {
                Credential::ApiKey(text) => self.hasher.hash_one((1_u8, text.as_ref())),
                Credential::Bearer(text) => self.hasher.hash_one((2_u8, text.as_ref())),
            } | 1,
        )
    }

    pub(super) fn holds(&self, mark: Mark) -> bool {
        self.slot(mark).is_some_and(|slot| slot.load(Ordering::Relaxed) == mark.0)
    }

    pub(super) fn keep(&self, mark: Mark) {
        if let Some(slot) = self.slot(mark) {
            slot.store(mark.0, Ordering::Relaxed);
        }
    }

    pub(super) fn forget(&self, mark: Mark) {
        if let Some(slot) = self.slot(mark) {
            let _ = slot.compare_exchange(mark.0, 0, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn slot(&self, mark: Mark) -> Option<&AtomicU64> {
        // The lowest bit is always set.
        let index = usize::try_from((mark.0 >> 1) % (SLOTS as u64)).ok()?;
        self.slots.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_known_until_it_is_forgotten() {
        let known = Known::default();
        let (key, token) = (Credential::ApiKey("one"), Credential::Bearer("one"));
        let (key, token) = (known.mark(&key), known.mark(&token));
        assert_ne!(key, token, "a key is no token");
        assert!(!known.holds(key) && !known.holds(token));
        known.keep(key);
        assert!(known.holds(key) && !known.holds(token));
        known.forget(token);
        assert!(known.holds(key));
        known.forget(key);
        assert!(!known.holds(key));
    }
}
