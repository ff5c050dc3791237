//! The generic cell rate algorithm (ITU-T I.371, annex A) as a pure function: one instant per bucket says all. It asks no clock and
//! keeps nothing; who calls it stores the instant, and must do so before the next call for the same bucket.

/// A bucket of `burst` units that gets one back every `every_micros` microseconds.
///
/// In any T microseconds at most `burst + T / every_micros` units pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    /// Units of a full bucket; 0 blocks.
    pub burst: u32,
    /// Microseconds per unit; what is below 1 counts as 1.
    pub every_micros: i64,
}

impl Rate {
    /// `quota` units in `secs` seconds, evenly; a quota of 0 blocks. Rounded so that never more than the quota comes back.
    #[must_use]
    pub const fn per(burst: u32, quota: u32, secs: u32) -> Self {
        if quota == 0 {
            return Self { burst: 0, every_micros: i64::MAX };
        }
        // At most 2^32 seconds in microseconds: far inside i64.
        let window = secs as i64 * 1_000_000;
        let every = (window + quota as i64 - 1) / quota as i64;
        Self { burst, every_micros: if every < 1 { 1 } else { every } }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Taken {
    /// The units are taken: keep `tat` for the bucket. At that instant it is full again.
    Granted {
        /// The theoretical arrival time, in microseconds of the caller's clock.
        tat: i64,
    },
    /// Nothing is taken, and nothing is to be kept.
    Refused {
        /// From now on, and no sooner, the same wish would be granted if nobody else came. Greater than 0; `i64::MAX`: never.
        wait_micros: i64,
    },
}

/// Takes `cost` units from a bucket whose kept instant is `tat_micros`, or `None` if nothing is kept: then it is full. A cost above
/// the burst counts as the burst. Sums stop at the ends of `i64`.
#[must_use]
pub fn take(tat_micros: Option<i64>, now_micros: i64, rule: &Rate, cost: u32) -> Taken {
    if rule.burst == 0 {
        return Taken::Refused { wait_micros: i64::MAX };
    }
    let every = rule.every_micros.max(1);
    let price = every.saturating_mul(i64::from(cost.min(rule.burst)));
    let depth = every.saturating_mul(i64::from(rule.burst));
    let tat = tat_micros.unwrap_or(now_micros).max(now_micros).saturating_add(price);
    let wait_micros = tat.saturating_sub(depth).saturating_sub(now_micros);
    if wait_micros > 0 { Taken::Refused { wait_micros } } else { Taken::Granted { tat } }
}

/// What is left in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Level {
    /// Whole units that may be taken at once.
    pub units: u32,
    /// Until one more is there; `None` when the bucket is full. `i64::MAX`: never.
    pub next_micros: Option<i64>,
}

/// The level of a bucket whose kept instant is `tat_micros`, or `None` if nothing is kept: then it is full.
#[must_use]
pub fn level(tat_micros: Option<i64>, now_micros: i64, rule: &Rate) -> Level {
    if rule.burst == 0 {
        return Level { units: 0, next_micros: Some(i64::MAX) };
    }
    let every = rule.every_micros.max(1);
    let debt = tat_micros.unwrap_or(now_micros).saturating_sub(now_micros).max(0);
    if debt == 0 {
        return Level { units: rule.burst, next_micros: None };
    }
    // Units are whole: one that is begun is not there yet.
    let lacking = debt.div_euclid(every).saturating_add(i64::from(debt.rem_euclid(every) > 0));
    let units = i64::from(rule.burst).saturating_sub(lacking).max(0);
    let missing_then = i64::from(rule.burst).saturating_sub(units).saturating_sub(1);
    let next_micros = debt.saturating_sub(every.saturating_mul(missing_then)).max(1);
    Level { units: u32::try_from(units).unwrap_or(0), next_micros: Some(next_micros) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rate = Rate { burst: 3, every_micros: 100 };

    #[test]
    fn a_full_bucket_gives_its_burst_and_then_the_rate() {
        let steps = [
            (None, 1_000, 1, Taken::Granted { tat: 1_100 }),
            (Some(1_100), 1_000, 1, Taken::Granted { tat: 1_200 }),
            (Some(1_200), 1_000, 1, Taken::Granted { tat: 1_300 }),
            (Some(1_300), 1_000, 1, Taken::Refused { wait_micros: 100 }),
            (Some(1_300), 1_099, 1, Taken::Refused { wait_micros: 1 }),
            (Some(1_300), 1_100, 1, Taken::Granted { tat: 1_400 }),
            (Some(1_300), 1_100, 2, Taken::Refused { wait_micros: 100 }),
            // Full long ago: no more than the burst is saved.
            (Some(1_300), 9_000, 3, Taken::Granted { tat: 9_300 }),
            (Some(9_300), 9_000, 0, Taken::Granted { tat: 9_300 }),
            // Above the burst counts as the burst.
            (None, 0, 7, Taken::Granted { tat: 300 }),
            (Some(1), 0, 7, Taken::Refused { wait_micros: 1 }),
            // A clock set back makes nothing free.
            (Some(1_300), 500, 1, Taken::Refused { wait_micros: 600 }),
        ];
        for (tat, now, cost, taken) in steps {
            assert_eq!(take(tat, now, &RULE, cost), taken, "{tat:?} {now} {cost}");
        }
    }

    #[test]
    fn an_empty_rule_blocks_for_good() {
        for rule in [Rate { burst: 0, every_micros: 1 }, Rate::per(5, 0, 60)] {
            assert_eq!(take(None, 0, &rule, 1), Taken::Refused { wait_micros: i64::MAX });
        }
    }

    #[test]
    fn rates_are_rounded_down() {
        let cases =
            [((10, 10, 60), 6_000_000), ((5, 20, 3_600), 180_000_000), ((1, 7, 1), 142_858), ((1, u32::MAX, 1), 1)];
        for ((burst, quota, secs), every_micros) in cases {
            assert_eq!(Rate::per(burst, quota, secs), Rate { burst, every_micros });
        }
        assert_eq!(Rate::per(1, 1, u32::MAX).every_micros, 4_294_967_295_000_000);
    }

    #[test]
    fn the_ends_of_time_do_not_wrap() {
        let slow = Rate { burst: u32::MAX, every_micros: i64::MAX };
        for now in [i64::MIN, 0, i64::MAX] {
            for tat in [None, Some(i64::MIN), Some(i64::MAX)] {
                let _ = take(tat, now, &slow, u32::MAX);
            }
        }
        assert_eq!(take(None, 0, &Rate { burst: 1, every_micros: -5 }, 1), Taken::Granted { tat: 1 });
    }

    #[test]
    fn a_level_is_what_can_be_taken() {
        let full = Level { units: 3, next_micros: None };
        let steps = [
            (None, full),
            (Some(500), full),
            (Some(1_000), full),
            (Some(1_001), Level { units: 2, next_micros: Some(1) }),
            (Some(1_100), Level { units: 2, next_micros: Some(100) }),
            (Some(1_101), Level { units: 1, next_micros: Some(1) }),
            (Some(1_300), Level { units: 0, next_micros: Some(100) }),
            // Kept under a rule with a deeper bucket.
            (Some(1_750), Level { units: 0, next_micros: Some(550) }),
        ];
        for (tat, level_then) in steps {
            let found = level(tat, 1_000, &RULE);
            assert_eq!(found, level_then, "{tat:?}");
            let granted = |cost| matches!(take(tat, 1_000, &RULE, cost), Taken::Granted { .. });
            assert!(found.units == 0 || granted(found.units), "{tat:?}");
            assert!(found.units == RULE.burst || !granted(found.units + 1), "{tat:?}");
            if let Some(next) = found.next_micros {
                let (sooner, then) = (level(tat, 1_000 + next - 1, &RULE), level(tat, 1_000 + next, &RULE));
                assert_eq!((sooner.units, then.units), (found.units, found.units + 1), "{tat:?}");
            }
        }
        assert_eq!(level(None, 0, &Rate::per(5, 0, 60)), Level { units: 0, next_micros: Some(i64::MAX) });
        for now in [i64::MIN, 0, i64::MAX] {
            for tat in [None, Some(i64::MIN), Some(i64::MAX)] {
                let _ = level(tat, now, &Rate { burst: u32::MAX, every_micros: i64::MAX });
            }
        }
    }
}
