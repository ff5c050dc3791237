//! PT12: the merge patch of metadata is that of RFC 7396, and the limits hold on its result.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod common;

use std::collections::BTreeMap;

use common::{object, patch, text};
use orderbase_kernel::InvalidCode;
use orderbase_orders::{MetaValue, Metadata, MetadataPatch, NumberText};
use proptest::prelude::*;

/// The pseudo code of RFC 7396 §2, word for word.
fn merge_patch(target: MetaValue, patch: &MetaValue) -> MetaValue {
    let MetaValue::Map(patch) = patch else { return patch.clone() };
    let mut target = match target {
        MetaValue::Map(entries) => entries,
        _ => BTreeMap::new(),
    };
    for (name, value) in patch {
        if *value == MetaValue::Null {
            target.remove(name);
        } else {
            let merged = merge_patch(target.get(name).cloned().unwrap_or(MetaValue::Null), value);
            target.insert(name.clone(), merged);
        }
    }
    MetaValue::Map(target)
}

fn value() -> impl Strategy<Value = MetaValue> {
    let leaf = prop_oneof![
        Just(MetaValue::Null),
        any::<bool>().prop_map(MetaValue::Bool),
        any::<i64>().prop_map(|number| MetaValue::Number(NumberText::from(number))),
        "[a-c]{0,3}".prop_map(MetaValue::Text),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(MetaValue::List),
            proptest::collection::btree_map("[a-c]", inner, 0..3).prop_map(MetaValue::Map),
        ]
    })
}

/// Few keys, so that patch and target meet.
fn entries() -> impl Strategy<Value = BTreeMap<String, MetaValue>> {
    proptest::collection::btree_map("[a-d]", value(), 0..4)
}

proptest! {
    #[test]
    fn merging_is_that_of_the_rfc(target in entries(), patch in entries()) {
        let Ok(metadata) = Metadata::try_new(target.clone()) else { return Ok(()) };
        let MetaValue::Map(expected) = merge_patch(MetaValue::Map(target), &MetaValue::Map(patch.clone())) else {
            panic!("an object merged into an object is an object")
        };
        // The same limits, whether a result is merged or made.
        prop_assert_eq!(metadata.merge(&MetadataPatch(patch)), Metadata::try_new(expected));
    }

    #[test]
    fn merging_twice_changes_nothing_more(target in entries(), patch in entries()) {
        let (Ok(metadata), patch) = (Metadata::try_new(target), MetadataPatch(patch)) else { return Ok(()) };
        if let Ok(once) = metadata.merge(&patch) {
            prop_assert_eq!(once.merge(&patch), Ok(once.clone()));
            prop_assert_eq!(metadata.changed_keys(&once).is_empty(), metadata == once);
        }
    }

    #[test]
    fn limits_hold_whatever_is_merged(keys in proptest::collection::btree_set("[a-z]{1,2}", 0..90), length in 0_usize..300) {
        let entries: BTreeMap<_, _> = keys.iter().map(|key| (key.clone(), text(&"x".repeat(length)))).collect();
        let merged = Metadata::empty().merge(&MetadataPatch(entries.clone()));
        let bytes = 2 + entries.keys().map(|key| key.len() + length + 6).sum::<usize>().saturating_sub(1);
        let expected = if keys.len() > 50 { Some(InvalidCode::TooMany) } else if bytes > 8_192 && !keys.is_empty() { Some(InvalidCode::TooLarge) } else { None };
        prop_assert_eq!(merged.err().map(|fault| fault.invalid.code), expected);
    }

    #[test]
    fn equal_text_is_equal_metadata(a in entries(), b in entries()) {
        if let (Ok(a), Ok(b)) = (Metadata::try_new(a), Metadata::try_new(b)) {
            prop_assert_eq!(a == b, a.canonical() == b.canonical());
        }
    }
}

/// The examples of RFC 7396, appendix A, whose target and patch are objects.
#[test]
fn examples_of_the_rfc() {
    let (b, c, d) = (text("b"), text("c"), text("d"));
    let map = |entries: &[(&str, MetaValue)]| MetaValue::Map(object(entries));
    let list = |value: MetaValue| MetaValue::List(vec![value]);
    let null = MetaValue::Null;
    let cases = [
        (vec![("a", b.clone())], vec![("a", c.clone())], r#"{"a":"c"}"#),
        (vec![("a", b.clone())], vec![("b", c.clone())], r#"{"a":"b","b":"c"}"#),
        (vec![("a", b.clone())], vec![("a", null.clone())], "{}"),
        (vec![("a", b.clone()), ("b", c.clone())], vec![("a", null.clone())], r#"{"b":"c"}"#),
        (vec![("a", list(b.clone()))], vec![("a", c.clone())], r#"{"a":"c"}"#),
        (vec![("a", c.clone())], vec![("a", list(b.clone()))], r#"{"a":["b"]}"#),
        (
            vec![("a", map(&[("b", c.clone())]))],
            vec![("a", map(&[("b", d.clone()), ("c", null.clone())]))],
            r#"{"a":{"b":"d"}}"#,
        ),
        (vec![("a", list(map(&[("b", c.clone())])))], vec![("a", list(b.clone()))], r#"{"a":["b"]}"#),
        (vec![("e", null.clone())], vec![("a", b.clone())], r#"{"a":"b","e":null}"#),
        (vec![], vec![("a", map(&[("bb", map(&[("ccc", null.clone())]))]))], r#"{"a":{"bb":{}}}"#),
    ];
    for (target, change, expected) in cases {
        let merged = Metadata::try_new(object(&target)).unwrap().merge(&patch(&change)).unwrap();
        assert_eq!(merged.canonical(), expected);
    }
}
