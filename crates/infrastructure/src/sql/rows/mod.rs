//! Rows on their way into the house: read cell by cell, then checked value by value. What does not hold is [`Corrupt`], never a
//! panic and never repaired. No row leaves `sql`.

pub(super) mod api_key;
pub(super) mod audit;
pub(super) mod customer;
pub(super) mod event;
pub(super) mod order;
pub(super) mod session;
pub(super) mod tenant;
pub(super) mod user;
pub(super) mod written;

use orderbase_application::ports::StorageError;
use orderbase_kernel::{AggregateType, Corrupt, Invalid, Timestamp, Version};
use sea_orm::{QueryResult, TryGetable};
use uuid::Uuid;

use super::errors::storage_error;

/// The cells of a row, read from left to right; the list of columns beside each reader has the same order.
pub(super) struct Cells<'row> {
    row: &'row QueryResult,
    next: usize,
}

impl<'row> Cells<'row> {
    pub fn of(row: &'row QueryResult) -> Self {
        Self { row, next: 0 }
    }

    /// # Errors
    /// [`StorageError::Failed`] where the cell has another type or is missing: statement and reader disagree.
    pub fn take<T: TryGetable>(&mut self) -> Result<T, StorageError> {
        let cell = self.row.try_get_by_index(self.next).map_err(storage_error)?;
        self.next += 1;
        Ok(cell)
    }

    /// Whether the next cell is empty; it stays the next.
    pub fn is_null<T: TryGetable>(&self) -> Result<bool, StorageError> {
        let cell: Option<T> = self.row.try_get_by_index(self.next).map_err(storage_error)?;
        Ok(cell.is_none())
    }

    /// Leaves cells out that the row does not fill.
    pub fn skip(&mut self, cells: usize) {
        self.next += cells;
    }
}

/// Names the stored aggregate whose values are being checked.
#[derive(Clone, Copy)]
pub(super) struct Stored {
    pub kind: AggregateType,
    pub id: Uuid,
}

impl Stored {
    pub fn corrupt(self, rule: &'static str) -> Corrupt {
        Corrupt { aggregate: self.kind, id: self.id, rule }
    }

    /// The value, or the rule that it breaks.
    pub fn value<T>(self, parsed: Result<T, Invalid>, rule: &'static str) -> Result<T, Corrupt> {
        parsed.map_err(|_| self.corrupt(rule))
    }

    pub fn optional<T>(
        self,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
        rule: &'static str,
    ) -> Result<Option<T>, Corrupt> {
        text.map(parse).transpose().map_err(|_| self.corrupt(rule))
    }

    pub fn instant(self, millis: i64) -> Result<Timestamp, Corrupt> {
        self.value(Timestamp::from_millis(millis), "times lie in the years 0001 to 9999")
    }

    pub fn instant_if(self, millis: Option<i64>) -> Result<Option<Timestamp>, Corrupt> {
        millis.map(|millis| self.instant(millis)).transpose()
    }

    pub fn unsigned(self, number: i64, rule: &'static str) -> Result<u64, Corrupt> {
        u64::try_from(number).map_err(|_| self.corrupt(rule))
    }

    pub fn version(self, number: i64) -> Result<Version, Corrupt> {
        let rule = "the version is at least 1";
        self.value(Version::try_new(self.unsigned(number, rule)?), rule)
    }

    pub fn metadata(self, text: &str) -> Result<orderbase_orders::Metadata, Corrupt> {
        orderbase_application::json::read_metadata(text)
            .map_err(|_| self.corrupt("metadata is canonical JSON within its limits"))
    }
}

/// The one cell of a count.
pub(super) fn counted(row: Option<&QueryResult>) -> Result<u64, StorageError> {
    let count = row.map(|row| Cells::of(row).take::<i64>()).transpose()?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
}
