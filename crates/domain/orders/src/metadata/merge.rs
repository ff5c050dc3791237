//! JSON merge patch (RFC 7396 §2): null removes, objects merge, anything else replaces.

use std::collections::BTreeMap;

use super::MetaValue;

/// A change of metadata. An empty patch changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MetadataPatch(pub BTreeMap<String, MetaValue>);

impl MetadataPatch {
    /// The patch that removes every key of `metadata`: what null means in the place of the whole.
    #[must_use]
    pub fn removing_all(metadata: &super::Metadata) -> Self {
        Self(metadata.keys().map(|key| (key.to_owned(), MetaValue::Null)).collect())
    }
}

pub(super) fn merged(
    target: &BTreeMap<String, MetaValue>,
    patch: &BTreeMap<String, MetaValue>,
) -> BTreeMap<String, MetaValue> {
    let mut result = target.clone();
    merge_into(&mut result, patch);
    result
}

fn merge_into(target: &mut BTreeMap<String, MetaValue>, patch: &BTreeMap<String, MetaValue>) {
    for (key, value) in patch {
        match value {
            MetaValue::Null => {
                target.remove(key);
            }
            MetaValue::Map(inner) => {
                let entry = target.entry(key.clone()).or_insert(MetaValue::Null);
                if !matches!(entry, MetaValue::Map(_)) {
                    *entry = MetaValue::Map(BTreeMap::new());
                }
                if let MetaValue::Map(entries) = entry {
                    merge_into(entries, inner);
                }
            }
            other => {
                target.insert(key.clone(), other.clone());
            }
        }
    }
}
