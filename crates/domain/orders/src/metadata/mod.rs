//! The caller's own data on an order or customer: a small JSON object that is kept, merged and handed back, never interpreted.
//! Its numbers are text, so that no float arises.

mod canonical;
mod check;
mod fault;
mod merge;
mod number;
mod value;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use fault::MetadataFault;
pub use merge::MetadataPatch;
pub use number::NumberText;
pub use value::MetaValue;

/// At most 50 keys of 1..=64 characters `[A-Za-z0-9._:-]` without leading `_`, three levels (this object is the first), and
/// 8 192 bytes in canonical form. Copies share one tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata(Arc<BTreeMap<String, MetaValue>>);

impl Metadata {
    pub const KEYS_MAX: usize = 50;
    pub const KEY_CHARS_MAX: usize = 64;
    pub const DEPTH_MAX: usize = 3;
    pub const BYTES_MAX: usize = 8_192;

    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// # Errors
    /// The first limit broken, with the path to its place: `too_many`, `too_short`, `too_long`, `pattern`, `reserved_key`,
    /// `too_deep`, `too_large`.
    pub fn try_new(entries: BTreeMap<String, MetaValue>) -> Result<Self, MetadataFault> {
        check::limits(&entries)?;
        Ok(Self(Arc::new(entries)))
    }

    #[must_use]
    pub fn entries(&self) -> &BTreeMap<String, MetaValue> {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// JSON with keys in the order of their bytes and no blanks. Equal metadata have equal text, and the other way round.
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical::text(&self.0)
    }

    /// The result of a merge patch (RFC 7396); the limits hold on it, not on the patch.
    ///
    /// # Errors
    /// As [`Self::try_new`].
    pub fn merge(&self, patch: &MetadataPatch) -> Result<Self, MetadataFault> {
        Self::try_new(merge::merged(&self.0, &patch.0))
    }

    /// Top-level keys that were added, removed or given another value, in order.
    #[must_use]
    pub fn changed_keys(&self, after: &Self) -> Vec<String> {
        let gone = self.0.keys().filter(|key| !after.0.contains_key(*key));
        let new = after.0.iter().filter(|(key, value)| self.0.get(*key) != Some(*value)).map(|(key, _)| key);
        let mut keys: Vec<String> = gone.chain(new).cloned().collect();
        keys.sort_unstable();
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> MetaValue {
        MetaValue::Text(value.to_owned())
    }

    fn object(entries: &[(&str, MetaValue)]) -> BTreeMap<String, MetaValue> {
        entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    fn metadata(entries: &[(&str, MetaValue)]) -> Metadata {
        Metadata::try_new(object(entries)).unwrap()
    }

    #[test]
    fn canonical_text_is_sorted_and_without_blanks() {
        let value = metadata(&[
            ("b", MetaValue::List(vec![MetaValue::Null, MetaValue::Bool(true)])),
            ("a", text("q\" \\ \n \u{1} é")),
            (
                "c",
                MetaValue::Map(object(&[
                    ("y", MetaValue::Number(NumberText::parse("1.50").unwrap())),
                    ("x", text("")),
                ])),
            ),
        ]);
        assert_eq!(value.canonical(), r#"{"a":"q\" \\ \n \u0001 é","b":[null,true],"c":{"x":"","y":1.50}}"#);
        assert_eq!(Metadata::empty().canonical(), "{}");
    }

    #[test]
    fn changed_keys_are_those_that_differ() {
        let before = metadata(&[("a", text("1")), ("b", text("1")), ("c", text("1"))]);
        let after = metadata(&[("d", text("1")), ("b", text("2")), ("c", text("1"))]);
        assert_eq!(before.changed_keys(&after), ["a", "b", "d"]);
        assert!(before.changed_keys(&before).is_empty());
    }

    #[test]
    fn copies_share_one_tree() {
        let one = metadata(&[("a", text("1"))]);
        assert!(Arc::ptr_eq(&one.0, &one.clone().0));
    }
}
