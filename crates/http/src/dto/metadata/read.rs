//! Reads metadata out of JSON text. Numbers never become floats, members never replace each other, and no level is looked into
//! that the domain would refuse.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use orderbase_application::Fault;
use orderbase_application::error::pointer_step;
use orderbase_kernel::{Bound, Invalid, InvalidCode};
use orderbase_orders::{MetaValue, Metadata, NumberText};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// As many faults of one object are told; a client corrects no more at once.
const FAULTS_MAX: usize = 100;

/// What was read, or what is wrong with it.
pub type Found = Result<BTreeMap<String, MetaValue>, Vec<Fault>>;

/// Reads an object. Limits on its keys, size and count are the domain's to check.
///
/// # Errors
/// `type` for anything but an object; `duplicate_field`, `control_character`, `too_deep`, and `too_long` for a number, each at
/// its place below `pointer`.
pub fn read(json: &RawValue, pointer: &str) -> Found {
    let mut reader = Reader { pointer: pointer.to_owned(), faults: Vec::new() };
    let value = reader.value(json, 1);
    if !matches!(value, MetaValue::Map(_)) && reader.faults.is_empty() {
        reader.refuse(&Invalid::plain(InvalidCode::Type));
    }
    match value {
        MetaValue::Map(entries) if reader.faults.is_empty() => Ok(entries),
        _ => Err(reader.faults),
    }
}

struct Reader {
    pointer: String,
    faults: Vec<Fault>,
}

impl Reader {
    /// What is refused is read as null, so that its neighbours are looked at too.
    fn value(&mut self, json: &RawValue, level: usize) -> MetaValue {
        let text = json.get();
        let container = text.starts_with(['{', '[']);
        if container && level > Metadata::DEPTH_MAX {
            let bound = Bound::Depth { max: Metadata::DEPTH_MAX };
            return self.refuse(&Invalid::new(InvalidCode::TooDeep, bound));
        }
        match text.as_bytes().first() {
            Some(b'{') => self.map(text, level),
            Some(b'[') => self.list(text, level),
            Some(b'"') => self.text(text),
            Some(b't') => MetaValue::Bool(true),
            Some(b'f') => MetaValue::Bool(false),
            Some(b'n') => MetaValue::Null,
            _ => match NumberText::parse(text) {
                Ok(number) => MetaValue::Number(number),
                Err(invalid) => self.refuse(&invalid),
            },
        }
    }

    fn map(&mut self, text: &str, level: usize) -> MetaValue {
        let Ok(Members(members)) = serde_json::from_str(text) else { return self.unreadable() };
        let mut entries = BTreeMap::new();
        for (key, json) in members {
            let parent = self.step(&key);
            if key.chars().any(char::is_control) {
                self.refuse(&Invalid::plain(InvalidCode::ControlCharacter));
            }
            match entries.entry(key) {
                Entry::Occupied(_) => {
                    self.refuse(&Invalid::plain(InvalidCode::DuplicateField));
                }
                Entry::Vacant(entry) => {
                    entry.insert(self.value(json, level + 1));
                }
            }
            self.pointer.truncate(parent);
            if self.faults.len() >= FAULTS_MAX {
                break;
            }
        }
        MetaValue::Map(entries)
    }

    fn list(&mut self, text: &str, level: usize) -> MetaValue {
        let Ok(values) = serde_json::from_str::<Vec<&RawValue>>(text) else { return self.unreadable() };
        let mut list = Vec::with_capacity(values.len());
        for (index, json) in values.into_iter().enumerate() {
            let parent = self.step(&index.to_string());
            list.push(self.value(json, level + 1));
            self.pointer.truncate(parent);
            if self.faults.len() >= FAULTS_MAX {
                break;
            }
        }
        MetaValue::List(list)
    }

    fn text(&mut self, text: &str) -> MetaValue {
        match serde_json::from_str::<String>(text) {
            Ok(text) if text.chars().any(char::is_control) => {
                self.refuse(&Invalid::plain(InvalidCode::ControlCharacter))
            }
            Ok(text) => MetaValue::Text(text),
            Err(_) => self.unreadable(),
        }
    }

    /// Half of a surrogate pair: JSON by its grammar, but no text.
    fn unreadable(&mut self) -> MetaValue {
        self.refuse(&Invalid::pattern("text in Unicode"))
    }

    fn refuse(&mut self, invalid: &Invalid) -> MetaValue {
        self.faults.push(Fault::at(self.pointer.clone(), invalid));
        MetaValue::Null
    }

    fn step(&mut self, step: &str) -> usize {
        let parent = self.pointer.len();
        pointer_step(&mut self.pointer, step);
        parent
    }
}

/// The members of an object as they stand, doubles too.
struct Members<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use orderbase_application::Place;

    use super::*;

    fn found(json: &str) -> Result<String, Vec<(String, &'static str)>> {
        match read(serde_json::from_str(json).unwrap(), "#/metadata") {
            Ok(entries) => Ok(Metadata::try_new(entries).unwrap().canonical()),
            Err(faults) => Err(faults
                .into_iter()
                .map(|fault| match fault.place {
                    Place::Pointer(pointer) => (pointer, fault.code.as_str()),
                    other => panic!("{other:?}"),
                })
                .collect()),
        }
    }

    #[test]
    fn a_tree_is_read_without_loss() {
        let text = r#"{"a":1.50,"b":[true,false,null,-0,1e3],"c":{"d":["ä\"\\"]},"e":123456789012345678901234567890}"#;
        assert_eq!(found(text), Ok(text.to_owned()));
        assert_eq!(found(" { \"b\" : 1 , \"a\" : \"\\u00e4\" } "), Ok(r#"{"a":"ä","b":1}"#.to_owned()));
        assert_eq!(found("{}"), Ok("{}".to_owned()));
    }

    #[test]
    fn every_fault_is_told_at_its_place() {
        let json = "{\"a\":1,\"a\":2,\"n\\u0000\":1,\"z\":\"x\\u0000\",\"deep\":{\"er\":{\"est\":[]}},\"long\":123456789012345678901234567890123,\"half\":\"\\ud800\"}";
        assert_eq!(
            found(json),
            Err(vec![
                ("#/metadata/a".to_owned(), "duplicate_field"),
                ("#/metadata/n%00".to_owned(), "control_character"),
                ("#/metadata/z".to_owned(), "control_character"),
                ("#/metadata/deep/er/est".to_owned(), "too_deep"),
                ("#/metadata/long".to_owned(), "too_long"),
                ("#/metadata/half".to_owned(), "pattern"),
            ])
        );
        for other in ["[]", "\"a\"", "1", "true", "null"] {
            assert_eq!(found(other), Err(vec![("#/metadata".to_owned(), "type")]), "{other}");
        }
    }

    #[test]
    fn faults_have_an_end() {
        let json = format!("{{\"a\":[{}]}}", vec!["\"\\n\""; 5_000].join(","));
        assert_eq!(found(&json).unwrap_err().len(), FAULTS_MAX);
    }
}
