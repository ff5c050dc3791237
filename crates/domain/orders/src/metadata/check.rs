//! The limits of metadata. Depth is checked before anything that descends, so that a hostile tree costs three levels.

use std::collections::BTreeMap;

use orderbase_kernel::{Bound, Invalid, InvalidCode};

use super::{MetaValue, Metadata, MetadataFault, canonical};

const KEY_FORM: &str = "[A-Za-z0-9._:-]{1,64}";

pub(super) fn limits(entries: &BTreeMap<String, MetaValue>) -> Result<(), MetadataFault> {
    let whole = |invalid| MetadataFault { path: Vec::new(), invalid };
    if entries.len() > Metadata::KEYS_MAX {
        return Err(whole(Invalid::new(InvalidCode::TooMany, Bound::Count { min: 0, max: Metadata::KEYS_MAX })));
    }
    for (name, value) in entries {
        let mut path = vec![name.clone()];
        key(name).and_then(|()| depth(value, 2, &mut path)).map_err(|invalid| MetadataFault { path, invalid })?;
    }
    if canonical::bytes(entries) > Metadata::BYTES_MAX {
        return Err(whole(Invalid::new(InvalidCode::TooLarge, Bound::Bytes { max: Metadata::BYTES_MAX })));
    }
    Ok(())
}

fn key(name: &str) -> Result<(), Invalid> {
    let bound = Bound::Chars { min: 1, max: Metadata::KEY_CHARS_MAX };
    if name.is_empty() {
        return Err(Invalid::new(InvalidCode::TooShort, bound));
    }
    if name.starts_with('_') {
        return Err(Invalid::plain(InvalidCode::ReservedKey));
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-')) {
        return Err(Invalid::pattern(KEY_FORM));
    }
    if name.len() > Metadata::KEY_CHARS_MAX {
        return Err(Invalid::new(InvalidCode::TooLong, bound));
    }
    Ok(())
}

/// On refusal `path` leads to the object or list that lies too deep.
fn depth(value: &MetaValue, level: usize, path: &mut Vec<String>) -> Result<(), Invalid> {
    if matches!(value, MetaValue::List(_) | MetaValue::Map(_)) && level > Metadata::DEPTH_MAX {
        return Err(Invalid::new(InvalidCode::TooDeep, Bound::Depth { max: Metadata::DEPTH_MAX }));
    }
    let mut inner = |step: String, value| {
        path.push(step);
        depth(value, level + 1, path)?;
        path.pop();
        Ok(())
    };
    match value {
        MetaValue::List(values) => values.iter().enumerate().try_for_each(|(at, value)| inner(at.to_string(), value)),
        MetaValue::Map(values) => values.iter().try_for_each(|(key, value)| inner(key.clone(), value)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(entries: BTreeMap<String, MetaValue>) -> Option<(InvalidCode, String)> {
        Metadata::try_new(entries).err().map(|fault| (fault.invalid.code, fault.path.join("/")))
    }

    fn one(key: &str, value: MetaValue) -> BTreeMap<String, MetaValue> {
        BTreeMap::from([(key.to_owned(), value)])
    }

    #[test]
    fn keys() {
        for good in ["a", "A.b_c:d-9", "9", &"k".repeat(64)] {
            assert_eq!(refused(one(good, MetaValue::Null)), None, "{good}");
        }
        let long = "k".repeat(65);
        let cases = [
            ("", InvalidCode::TooShort),
            ("_a", InvalidCode::ReservedKey),
            ("a b", InvalidCode::Pattern),
            ("é", InvalidCode::Pattern),
            (long.as_str(), InvalidCode::TooLong),
        ];
        for (key, code) in cases {
            assert_eq!(refused(one(key, MetaValue::Null)), Some((code, key.to_owned())));
        }
        // Inner keys are the caller's own.
        assert_eq!(refused(one("a", MetaValue::Map(one("_ x é", MetaValue::Null)))), None);
    }

    #[test]
    fn fifty_keys() {
        let keys = |n: usize| (0..n).map(|at| (format!("k{at}"), MetaValue::Null)).collect::<BTreeMap<_, _>>();
        assert_eq!(refused(keys(50)), None);
        assert_eq!(refused(keys(51)), Some((InvalidCode::TooMany, String::new())));
    }

    #[test]
    fn three_levels() {
        let nest = |value| MetaValue::Map(one("n", value));
        assert_eq!(refused(one("a", nest(nest(MetaValue::Null)))), None);
        assert_eq!(
            refused(one("a", nest(nest(nest(MetaValue::Null))))),
            Some((InvalidCode::TooDeep, "a/n/n".to_owned()))
        );
        let list = MetaValue::List(vec![MetaValue::Null, MetaValue::List(vec![MetaValue::List(vec![])])]);
        assert_eq!(refused(one("a", list)), Some((InvalidCode::TooDeep, "a/1/0".to_owned())));
    }

    #[test]
    fn eight_kibibytes_of_canonical_text() {
        // {"a":"…"} has eight bytes around the text.
        let text = |n: usize| one("a", MetaValue::Text("x".repeat(n)));
        assert_eq!(refused(text(8_192 - 8)), None);
        assert_eq!(refused(text(8_192 - 7)), Some((InvalidCode::TooLarge, String::new())));
        // A line feed is written as two bytes.
        assert_eq!(
            refused(one("a", MetaValue::Text("\n".repeat(4_093)))),
            Some((InvalidCode::TooLarge, String::new()))
        );
    }
}
