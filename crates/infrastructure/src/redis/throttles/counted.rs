//! Under which names something is counted: by each key that the ring holds, the one that signs first.

use orderbase_application::ports::Of;

use crate::memory::throttles::{Kind, Names};
use crate::redis::key::{Key, ThrottleKind};
use crate::security::{KeyPurpose, KeyRing, NoKey};

/// The throttle keys of a ring.
pub(super) struct Counted {
    signing: Names,
    others: Vec<Names>,
}

impl Counted {
    /// # Errors
    /// [`NoKey`] if none signs.
    pub(super) fn of_ring(ring: &KeyRing) -> Result<Self, NoKey> {
        Ok(Self {
            signing: Names::under(ring.signing(KeyPurpose::Throttle)?),
            others: ring.others(KeyPurpose::Throttle).map(Names::under).collect(),
        })
    }

    /// How many keys a counter has.
    pub(super) fn keys_each(&self) -> usize {
        1 + self.others.len()
    }

    /// The key that is written.
    pub(super) fn key(&self, kind: Kind, of: Of<'_>) -> Key {
        key(&self.signing, kind, of)
    }

    /// All keys of a counter, the one that is written first.
    pub(super) fn keys(&self, kind: Kind, of: Of<'_>) -> impl Iterator<Item = Key> {
        std::iter::once(&self.signing).chain(&self.others).map(move |names| key(names, kind, of))
    }
}

fn key(names: &Names, kind: Kind, of: Of<'_>) -> Key {
    let what = match kind {
        Kind::Bucket(_) => ThrottleKind::Bucket,
        Kind::Known => ThrottleKind::Known,
        Kind::Failures => ThrottleKind::Failures,
    };
    Key::throttle(&names.kid, what, &names.digest(kind, of))
}
