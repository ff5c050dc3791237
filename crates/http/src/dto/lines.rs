//! The lines of an order as they come in: a list with an end, whatever is sent.

use std::fmt;
use std::marker::PhantomData;

use orderbase_kernel::ITEMS_MAX;
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use validator::{Validate, ValidateLength, ValidationErrors};

/// At most [`ITEMS_MAX`] entries. What comes behind them is counted and thrown away, so that a long list costs neither memory
/// nor a check per entry.
#[derive(Debug)]
pub struct Lines<T> {
    kept: Vec<T>,
    count: usize,
}

impl<T> Lines<T> {
    /// The entries, unless there were more than are kept.
    pub fn within_bounds(self) -> Option<Vec<T>> {
        (self.count <= ITEMS_MAX).then_some(self.kept)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lines<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(LinesVisitor(PhantomData))
    }
}

struct LinesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for LinesVisitor<T> {
    type Value = Lines<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Lines<T>, A::Error> {
        let mut kept = Vec::new();
        while kept.len() < ITEMS_MAX {
            match entries.next_element()? {
                Some(entry) => kept.push(entry),
                None => return Ok(Lines { count: kept.len(), kept }),
            }
        }
        let mut count = kept.len();
        while entries.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Lines { kept, count })
    }
}

impl<T> ValidateLength<u64> for Lines<T> {
    fn length(&self) -> Option<u64> {
        Some(self.count as u64)
    }
}

/// An over-long list has one fault, its length.
impl<T: Validate> Validate for Lines<T> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        if self.count > ITEMS_MAX { Ok(()) } else { Validate::validate(&self.kept) }
    }
}

/// validator wants to echo what it refuses; of a list that is its count.
impl<T> Serialize for Lines<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.count as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(count: usize) -> Lines<u8> {
        serde_json::from_str(&format!("[{}]", vec!["1"; count].join(","))).unwrap()
    }

    #[test]
    fn no_more_than_the_bound_is_kept() {
        assert_eq!(read(0).within_bounds().map(|kept| kept.len()), Some(0));
        assert_eq!(read(ITEMS_MAX).within_bounds().map(|kept| kept.len()), Some(ITEMS_MAX));
        let long = read(ITEMS_MAX + 7);
        assert_eq!((long.kept.len(), long.count), (ITEMS_MAX, ITEMS_MAX + 7));
        assert!(long.within_bounds().is_none());
    }
}
