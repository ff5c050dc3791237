//! Pages, spans and the sort that every list has.

/// Rows of a list and whether more follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub has_more: bool,
}

/// A half-open interval `[from, to)`; an absent end is unbounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span<T> {
    pub from: Option<T>,
    pub to: Option<T>,
}

impl<T> Default for Span<T> {
    fn default() -> Self {
        Self { from: None, to: None }
    }
}

impl<T: PartialOrd> Span<T> {
    pub fn contains(&self, value: &T) -> bool {
        self.from.as_ref().is_none_or(|from| from <= value) && self.to.as_ref().is_none_or(|to| value < to)
    }

    /// Whether both ends stand and the first is behind the second.
    pub fn is_inverted(&self) -> bool {
        matches!((&self.from, &self.to), (Some(from), Some(to)) if from > to)
    }

    pub fn is_unbounded(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

/// By creation: newest first unless asked otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CreatedSort {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// Rows are counted up to this many.
pub const COUNT_MAX: u64 = 10_000;

/// How many rows match: exactly, or at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// At most [`COUNT_MAX`].
    pub value: u64,
    /// Whether there are no more than `value`.
    pub exact: bool,
}

impl Counted {
    /// From a count that went no further than [`COUNT_MAX`] + 1.
    pub fn up_to_max(counted: u64) -> Self {
        Self { value: counted.min(COUNT_MAX), exact: counted <= COUNT_MAX }
    }
}
