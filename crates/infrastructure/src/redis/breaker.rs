//! When to stop asking (reliability.md rule 31): of at least 20 calls within 5 s half failed → nobody asks for 1 s → one asks again, and its
//! luck decides. A pure state machine: it asks no clock, and the caller says how a call went.

use std::time::Duration;

const CALLS_MIN: u32 = 20;
const OPEN_FOR: Duration = Duration::from_secs(1);
/// The calls of 5 s are counted by seconds; a second that is over goes as a whole.
const SECONDS: usize = 5;

/// Whether a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    Call,
    /// The one call that tries whether it works again.
    Probe,
    No,
}

/// What one call, or the whole of them, brought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    Opened,
    Closed,
}

/// Instants are the time since some beginning, the same for all calls.
#[derive(Debug, Default)]
pub struct Breaker {
    state: State,
    seconds: [Second; SECONDS],
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Open {
        until: Duration,
    },
    /// A probe is under way; one that is never heard of again is followed by another.
    Probing {
        until: Duration,
    },
}

#[derive(Clone, Copy, Debug, Default)]
struct Second {
    at: u64,
    calls: u32,
    failed: u32,
}

impl Breaker {
    /// Asks before a call.
    pub fn admit(&mut self, now: Duration) -> Admitted {
        match self.state {
            State::Closed => Admitted::Call,
            State::Open { until } | State::Probing { until } if now < until => Admitted::No,
            State::Open { .. } | State::Probing { .. } => {
                self.state = State::Probing { until: now.saturating_add(OPEN_FOR) };
                Admitted::Probe
            }
        }
    }

    /// Notes how an admitted call went. What began before it opened is late news, and says nothing.
    pub fn note(&mut self, admitted: Admitted, now: Duration, worked: bool) -> Option<Turned> {
        match (admitted, &self.state) {
            (Admitted::Call, State::Closed) => {
                self.count(now, worked);
                if !self.is_bad(now) {
                    return None;
                }
                self.state = State::Open { until: now.saturating_add(OPEN_FOR) };
                Some(Turned::Opened)
            }
            (Admitted::Probe, State::Probing { .. }) if worked => {
                *self = Self::default();
                Some(Turned::Closed)
            }
            (Admitted::Probe, State::Probing { .. }) => {
                self.state = State::Open { until: now.saturating_add(OPEN_FOR) };
                None
            }
            _ => None,
        }
    }

    pub fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    fn count(&mut self, now: Duration, worked: bool) {
        let at = now.as_secs();
        let Some(second) = usize::try_from(at % SECONDS as u64).ok().and_then(|slot| self.seconds.get_mut(slot)) else {
            return;
        };
        if second.at != at {
            *second = Second { at, ..Second::default() };
        }
        second.calls = second.calls.saturating_add(1);
        second.failed = second.failed.saturating_add(u32::from(!worked));
    }

    fn is_bad(&self, now: Duration) -> bool {
        let recent = self.seconds.iter().filter(|second| second.at + SECONDS as u64 > now.as_secs());
        let (calls, failed) = recent.fold((0_u64, 0_u64), |(calls, failed), second| {
            (calls + u64::from(second.calls), failed + u64::from(second.failed))
        });
        calls >= u64::from(CALLS_MIN) && failed * 2 >= calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// Calls at one instant, those that fail first or last; answers whether it opened.
    fn calls(breaker: &mut Breaker, now: Duration, worked: u32, failed: u32) -> bool {
        let outcomes = std::iter::repeat_n(true, worked as usize).chain(std::iter::repeat_n(false, failed as usize));
        let mut opened = false;
        for outcome in outcomes {
            assert_eq!(breaker.admit(now), Admitted::Call);
            if breaker.note(Admitted::Call, now, outcome) == Some(Turned::Opened) {
                opened = true;
                break;
            }
        }
        opened
    }

    #[test]
    fn it_opens_at_twenty_calls_of_which_half_failed() {
        let cases = [
            (0, 19, false),
            (0, 20, true),
            (10, 9, false),
            (10, 10, true),
            (11, 10, false),
            (11, 11, true),
            (500, 20, false),
        ];
        for (worked, failed, opens) in cases {
            assert_eq!(calls(&mut Breaker::default(), at(0), worked, failed), opens, "{worked} {failed}");
        }
    }

    #[test]
    fn what_is_five_seconds_ago_does_not_count() {
        let mut breaker = Breaker::default();
        assert!(!calls(&mut breaker, at(0), 0, 19));
        assert!(!calls(&mut breaker, at(5_000), 0, 19), "the first nineteen are over");
        let mut breaker = Breaker::default();
        assert!(!calls(&mut breaker, at(900), 0, 19));
        assert!(calls(&mut breaker, at(4_999), 0, 1));
    }

    #[test]
    fn open_it_lets_one_probe_through_each_second() {
        let mut breaker = Breaker::default();
        assert!(calls(&mut breaker, at(0), 0, 20) && breaker.is_open());
        assert_eq!(breaker.admit(at(999)), Admitted::No);
        assert_eq!(breaker.note(Admitted::Call, at(999), true), None, "a call of before is late");
        assert!(breaker.is_open());
        assert_eq!(breaker.admit(at(1_000)), Admitted::Probe);
        assert_eq!(breaker.admit(at(1_001)), Admitted::No, "one is enough");
        assert_eq!(breaker.note(Admitted::Probe, at(1_030), false), None);
        assert_eq!(breaker.admit(at(2_029)), Admitted::No);
        assert_eq!(breaker.admit(at(2_030)), Admitted::Probe);
        assert_eq!(breaker.admit(at(3_030)), Admitted::Probe, "a probe that was dropped is followed by another");
        assert_eq!(breaker.note(Admitted::Probe, at(3_031), true), Some(Turned::Closed));
        assert!(!breaker.is_open());
        assert!(!calls(&mut breaker, at(3_031), 0, 19), "it begins anew");
        assert!(calls(&mut breaker, at(3_031), 0, 1));
    }
}
