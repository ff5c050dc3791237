//! Metadata out of JSON text. It checks form, duplicates and depth; names and sizes are the domain's to judge.

use std::collections::BTreeMap;

use orderbase_kernel::{Bound, Invalid, InvalidCode};
use orderbase_orders::{MetaValue, Metadata, MetadataFault, MetadataPatch, NumberText};

use super::raw::Level;

/// Reads metadata. `text` is the JSON text of the `metadata` member.
///
/// # Errors
/// [`MetadataFault`] with the path of the first fault: `type` unless it is an object, `duplicate_field`, `too_deep`, `too_long`
/// for a number of more than 32 characters, `pattern` for text that is no JSON, and the limits of [`Metadata`].
pub fn read_metadata(text: &str) -> Result<Metadata, MetadataFault> {
    Metadata::try_new(read_object(text)?)
}

/// Reads a merge patch (RFC 7396) of metadata: null removes. The limits hold on the result, not on the patch.
///
/// # Errors
/// As [`read_metadata`], without the limits.
pub fn read_metadata_patch(text: &str) -> Result<MetadataPatch, MetadataFault> {
    read_object(text).map(MetadataPatch)
}

fn read_object(text: &str) -> Result<BTreeMap<String, MetaValue>, MetadataFault> {
    let mut path = Vec::new();
    match read_value(text, 1, &mut path) {
        Ok(MetaValue::Map(entries)) => Ok(entries),
        Ok(_) => Err(MetadataFault { path: Vec::new(), invalid: Invalid::plain(InvalidCode::Type) }),
        Err(invalid) => Err(MetadataFault { path, invalid }),
    }
}

/// On refusal `path` names the place.
fn read_value(text: &str, level: usize, path: &mut Vec<String>) -> Result<MetaValue, Invalid> {
    let value = Level::read(text).map_err(|_| Invalid::pattern("JSON"))?;
    if matches!(value, Level::List(_) | Level::Object(_)) && level > Metadata::DEPTH_MAX {
        return Err(Invalid::new(InvalidCode::TooDeep, Bound::Depth { max: Metadata::DEPTH_MAX }));
    }
    Ok(match value {
        Level::Null => MetaValue::Null,
        Level::Bool(value) => MetaValue::Bool(value),
        Level::Number(text) => MetaValue::Number(NumberText::parse(text)?),
        Level::Text(text) => MetaValue::Text(text),
        Level::List(values) => {
            let mut list = Vec::with_capacity(values.len());
            for (index, value) in values.into_iter().enumerate() {
                path.push(index.to_string());
                list.push(read_value(value.get(), level + 1, path)?);
                path.pop();
            }
            MetaValue::List(list)
        }
        Level::Object(members) => {
            let mut map = BTreeMap::new();
            for (name, value) in members {
                path.push(name.clone());
                if map.contains_key(&name) {
                    return Err(Invalid::plain(InvalidCode::DuplicateField));
                }
                map.insert(name, read_value(value.get(), level + 1, path)?);
                path.pop();
            }
            MetaValue::Map(map)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (InvalidCode, String) {
        let fault = read_metadata(text).unwrap_err();
        (fault.invalid.code, fault.path.join("/"))
    }

    #[test]
    fn numbers_stay_as_they_were_sent() {
        let metadata =
            read_metadata(r#" { "b" : [ 1.50, -0, 1e400, true, null ] , "a" : { "x" : "\u0041\n" } } "#).unwrap();
        assert_eq!(metadata.canonical(), r#"{"a":{"x":"A\n"},"b":[1.50,-0,1e400,true,null]}"#);
    }

    #[test]
    fn every_fault_has_its_path() {
        for (text, code, path) in [
            ("[]", InvalidCode::Type, ""),
            ("null", InvalidCode::Type, ""),
            ("7", InvalidCode::Type, ""),
            (r#"{"a":1,"a":1}"#, InvalidCode::DuplicateField, "a"),
            (r#"{"a":1,"\u0061":1}"#, InvalidCode::DuplicateField, "a"),
            (r#"{"a":[0,{"b":1,"b":2}]}"#, InvalidCode::DuplicateField, "a/1/b"),
            (r#"{"a":{"b":{"c":1}}}"#, InvalidCode::Type, "none"),
            (r#"{"a":{"b":[{}]}}"#, InvalidCode::TooDeep, "a/b/0"),
            (r#"{"a":"\ud800"}"#, InvalidCode::Pattern, "a"),
            (r#"{"_a":1}"#, InvalidCode::ReservedKey, "_a"),
            ("{", InvalidCode::Pattern, ""),
        ] {
            if path == "none" {
                assert!(read_metadata(text).is_ok(), "{text}");
            } else {
                assert_eq!(refused(text), (code, path.to_owned()), "{text}");
            }
        }
        let long = format!(r#"{{"n":{}}}"#, "9".repeat(33));
        assert_eq!(refused(&long), (InvalidCode::TooLong, "n".to_owned()));
    }

    #[test]
    fn depth_does_not_grow_the_stack() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(refused(&format!(r#"{{"a":{deep}}}"#)), (InvalidCode::TooDeep, "a/0/0".to_owned()));
    }

    #[test]
    fn a_patch_may_pass_the_limits_that_its_result_keeps() {
        let patch = read_metadata_patch(r#"{"_gone":null,"a":2}"#).unwrap();
        let merged = read_metadata(r#"{"a":1,"b":1}"#).unwrap().merge(&patch).unwrap();
        assert_eq!(merged.canonical(), r#"{"a":2,"b":1}"#);
    }
}
