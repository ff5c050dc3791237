//! One level of a JSON value, its inner values as raw text.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A value whose inner values have not been looked at.
pub(super) enum Level<'a> {
    Null,
    Bool(bool),
    /// As it was sent.
    Number(&'a str),
    Text(String),
    List(Vec<&'a RawValue>),
    /// In the order sent, duplicates included.
    Object(Vec<(String, &'a RawValue)>),
}

impl<'a> Level<'a> {
    /// # Errors
    /// [`serde_json::Error`] if the text is not JSON, as far as this level goes.
    pub fn read(text: &'a str) -> Result<Self, serde_json::Error> {
        let raw: &RawValue = serde_json::from_str(text)?;
        let text = raw.get();
        Ok(match text.bytes().next() {
            Some(b'{') => Self::Object(serde_json::from_str::<Members<'_>>(text)?.0),
            Some(b'[') => Self::List(serde_json::from_str(text)?),
            Some(b'"') => Self::Text(serde_json::from_str(text)?),
            Some(b't' | b'f') => Self::Bool(serde_json::from_str(text)?),
            Some(b'n') => Self::Null,
            _ => Self::Number(text),
        })
    }
}

/// The members of an object as they were sent; a map would drop duplicates.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
