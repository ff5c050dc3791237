//! The numbers in memory. Pure but for the monotonic clock; knows no database.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use orderbase_application::ports::NumberTicket;
use orderbase_kernel::Period;
use orderbase_orders::OrderNumber;
use tokio::time::Instant;

const SIZE_MAX: u32 = 64;

/// A block used up faster than this is followed by one of twice its size.
const FAST: Duration = Duration::from_millis(100);

/// A block that lasted longer than this is followed by one of half its size.
const SLOW: Duration = Duration::from_secs(1);

/// A tenant's numbers: those charged to a month, and those that no quota counts.
#[derive(Default)]
pub(super) struct Blocks {
    charged: Block,
    uncharged: Block,
    /// The month of the charged block.
    period: Option<Period>,
    touched: Option<Instant>,
}

/// Quota to be returned.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leftover {
    pub period: Period,
    pub count: u64,
}

struct Block {
    free: BTreeSet<u64>,
    size: u32,
    filled: Option<Instant>,
}

impl Default for Block {
    fn default() -> Self {
        Self { free: BTreeSet::new(), size: 1, filled: None }
    }
}

impl Blocks {
    /// The lowest free number. A clock that lags behind the block's month is charged to that month.
    pub fn take(&mut self, period: Option<Period>) -> Option<NumberTicket> {
        if !self.has(period) {
            return None;
        }
        self.touched = Some(Instant::now());
        let charged = period.and(self.period);
        let block = if period.is_some() { &mut self.charged } else { &mut self.uncharged };
        let number = OrderNumber::try_new(block.free.pop_first()?).ok()?;
        Some(NumberTicket { number, charged })
    }

    pub fn has(&self, period: Option<Period>) -> bool {
        match period {
            Some(wanted) => !self.charged.free.is_empty() && self.period.is_some_and(|present| wanted <= present),
            None => !self.uncharged.free.is_empty(),
        }
    }

    /// A number of a past month's block is left a gap: its quota is over too.
    pub fn give_back(&mut self, ticket: NumberTicket) {
        match ticket.charged {
            None => self.uncharged.free.insert(ticket.number.get()),
            charged if charged == self.period => self.charged.free.insert(ticket.number.get()),
            Some(_) => false,
        };
    }

    /// The size of the block to reserve next, and what is left of the one it replaces.
    pub fn begin(&mut self, period: Option<Period>) -> (u32, Option<Leftover>) {
        if period.is_none() {
            return (self.uncharged.next_size(), None);
        }
        let size = self.charged.next_size();
        (size, self.drop_charged())
    }

    pub fn fill(&mut self, numbers: Range<u64>, period: Option<Period>) {
        let block = if period.is_some() { &mut self.charged } else { &mut self.uncharged };
        block.free.extend(numbers);
        block.filled = Some(Instant::now());
        self.touched = block.filled;
        if period.is_some() {
            self.period = period;
        }
    }

    /// Empties all blocks.
    pub fn drop_all(&mut self) -> Option<Leftover> {
        self.uncharged.free.clear();
        self.drop_charged()
    }

    /// Empties all blocks if none was used for so long; `None` if one was.
    pub fn drop_if_idle(&mut self, idle: Duration) -> Option<Option<Leftover>> {
        let is_idle = self.touched.is_none_or(|touched| touched.elapsed() >= idle);
        is_idle.then(|| self.drop_all())
    }

    pub fn is_empty(&self) -> bool {
        self.charged.free.is_empty() && self.uncharged.free.is_empty()
    }

    fn drop_charged(&mut self) -> Option<Leftover> {
        let count = std::mem::take(&mut self.charged.free).len() as u64;
        let period = self.period.take()?;
        (count > 0).then_some(Leftover { period, count })
    }
}

impl Block {
    fn next_size(&mut self) -> u32 {
        match self.filled.map(|filled| filled.elapsed()) {
            Some(lasted) if lasted < FAST => self.size = (self.size * 2).min(SIZE_MAX),
            Some(lasted) if lasted > SLOW => self.size = (self.size / 2).max(1),
            _ => {}
        }
        self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(number: u32) -> Option<Period> {
        Some(Period::new(number).unwrap())
    }

    fn numbers(blocks: &mut Blocks, period: Option<Period>) -> Vec<u64> {
        std::iter::from_fn(|| blocks.take(period)).map(|ticket| ticket.number.get()).collect()
    }

    #[test]
    fn numbers_ascend_and_come_back() {
        let mut blocks = Blocks::default();
        assert!(blocks.take(month(202_601)).is_none());
        blocks.fill(5..8, month(202_601));
        let first = blocks.take(month(202_601)).unwrap();
        assert_eq!((first.number.get(), first.charged), (5, month(202_601)));
        blocks.give_back(first);
        assert_eq!(numbers(&mut blocks, month(202_601)), [5, 6, 7]);
    }

    #[test]
    fn a_new_month_leaves_gaps_and_returns_quota() {
        let mut blocks = Blocks::default();
        blocks.fill(5..8, month(202_601));
        let old = blocks.take(month(202_601)).unwrap();
        assert!(!blocks.has(month(202_602)), "an old block is not charged to a new month");
        let (_, leftover) = blocks.begin(month(202_602));
        assert_eq!(leftover, Some(Leftover { period: Period::new(202_601).unwrap(), count: 2 }));
        blocks.fill(8..9, month(202_602));
        blocks.give_back(old);
        assert_eq!(
            blocks.take(month(202_601)).unwrap().charged,
            month(202_602),
            "a lagging clock is charged to the present"
        );
        assert!(blocks.is_empty());
    }

    #[test]
    fn uncharged_numbers_stay_apart() {
        let mut blocks = Blocks::default();
        blocks.fill(1..3, None);
        assert!(blocks.take(month(202_601)).is_none());
        let ticket = blocks.take(None).unwrap();
        assert_eq!((ticket.number.get(), ticket.charged), (1, None));
        blocks.give_back(ticket);
        assert_eq!(numbers(&mut blocks, None), [1, 2]);
    }

    #[test]
    fn sizes_follow_the_load() {
        let mut block = Block::default();
        assert_eq!(block.next_size(), 1);
        let sizes: Vec<u32> = (0..8)
            .map(|_| {
                block.filled = Some(Instant::now());
                block.next_size()
            })
            .collect();
        assert_eq!(sizes, [2, 4, 8, 16, 32, 64, 64, 64]);
        block.filled = Instant::now().checked_sub(Duration::from_millis(500));
        assert_eq!(block.next_size(), 64);
        block.filled = Instant::now().checked_sub(Duration::from_secs(2));
        assert_eq!((block.next_size(), block.next_size()), (32, 16));
    }

    #[test]
    fn only_idle_blocks_are_dropped() {
        let mut blocks = Blocks::default();
        blocks.fill(5..8, month(202_601));
        assert_eq!(blocks.drop_if_idle(Duration::from_secs(60)), None);
        let all = Some(Some(Leftover { period: Period::new(202_601).unwrap(), count: 3 }));
        assert_eq!(blocks.drop_if_idle(Duration::ZERO), all);
        assert!(blocks.is_empty());
    }
}
