//! Times as ranges of ids: an id begins with its instant, so the primary key is the index by time.

use orderbase_kernel::{OrderId, Timestamp};
use uuid::Uuid;

/// The ids from `from` up to, but without, `to`. Both ends always stand, so that one statement text serves every range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IdRange {
    pub from: Uuid,
    pub to: Uuid,
}

impl IdRange {
    pub const ALL: Self = Self { from: Uuid::nil(), to: Uuid::max() };

    /// The part that is not before an instant.
    pub fn since(self, at: Timestamp) -> Self {
        self.not_before(lowest(at))
    }

    /// The part before an instant.
    pub fn until(self, at: Timestamp) -> Self {
        self.before(lowest(at))
    }

    /// What stands behind an id when ids are walked upwards or downwards.
    pub fn behind(self, after: Option<Uuid>, upwards: bool) -> Self {
        match after {
            None => self,
            Some(id) if upwards => self.not_before(Uuid::from_u128(id.as_u128().saturating_add(1))),
            Some(id) => self.before(id),
        }
    }

    fn not_before(self, id: Uuid) -> Self {
        Self { from: self.from.max(id), ..self }
    }

    fn before(self, id: Uuid) -> Self {
        Self { to: self.to.min(id), ..self }
    }
}

/// Ids of all kinds have their instant in the same place.
fn lowest(at: Timestamp) -> Uuid {
    OrderId::lowest_at(at).uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_only_move_inwards() {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let range = IdRange::ALL.since(at(5_000)).since(at(1_000)).until(at(9_000)).until(at(20_000));
        assert_eq!(range, IdRange { from: lowest(at(5_000)), to: lowest(at(9_000)) });
    }

    #[test]
    fn a_position_is_left_behind() {
        let id = Uuid::from_u128(7 << 76);
        assert_eq!(IdRange::ALL.behind(Some(id), true).from.as_u128(), (7 << 76) + 1);
        assert_eq!(IdRange::ALL.behind(Some(id), false), IdRange { from: Uuid::nil(), to: id });
        assert_eq!(IdRange::ALL.behind(None, true), IdRange::ALL);
    }
}
