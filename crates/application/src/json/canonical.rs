//! The canonical form of a JSON text: what two bodies share that say the same. Fingerprints are made of it, so a change here lets
//! no repeat of an earlier request be recognised for 24 h.

use super::raw::Level;

/// Levels of nested objects and lists that are read.
pub const DEPTH_MAX: usize = 128;

/// The text is not JSON, or is nested more than [`DEPTH_MAX`] levels deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not JSON of at most {DEPTH_MAX} levels")]
pub struct Malformed;

/// Members sorted by the UTF-8 bytes of their names, numbers as sent, strings with the shortest escapes, no blanks.
///
/// Members of one name keep the order sent.
///
/// # Errors
/// [`Malformed`].
pub fn canonical(text: &str) -> Result<String, Malformed> {
    let mut out = String::with_capacity(text.len());
    write_value(&mut out, text, 1)?;
    Ok(out)
}

fn write_value(out: &mut String, text: &str, level: usize) -> Result<(), Malformed> {
    let value = Level::read(text).map_err(|_| Malformed)?;
    if matches!(value, Level::List(_) | Level::Object(_)) && level > DEPTH_MAX {
        return Err(Malformed);
    }
    match value {
        Level::Null => out.push_str("null"),
        Level::Bool(true) => out.push_str("true"),
        Level::Bool(false) => out.push_str("false"),
        Level::Number(text) => out.push_str(text),
        Level::Text(text) => write_text(out, &text)?,
        Level::List(values) => {
            out.push('[');
            for (index, value) in values.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(out, value.get(), level + 1)?;
            }
            out.push(']');
        }
        Level::Object(mut members) => {
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            out.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(out, &name)?;
                out.push(':');
                write_value(out, value.get(), level + 1)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn write_text(out: &mut String, text: &str) -> Result<(), Malformed> {
    out.push_str(&serde_json::to_string(text).map_err(|_| Malformed)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn golden() {
        let body = r#"
            {"items":[{"quantity":3,"product_id":"sku-1","unit_price":"19.99"}],"customer_id":"01980000-0000-7000-8000-0000000000c1",
             "metadata":{"é":1.50,"z":-0.0,"a":1E+2,"list":[null,true,false,[],{}]},"currency":"USD","name":"\u00e9\u0041\/\t\""}"#;
        assert_eq!(
            canonical(body).unwrap(),
            concat!(
                r#"{"currency":"USD","customer_id":"01980000-0000-7000-8000-0000000000c1","#,
                r#""items":[{"product_id":"sku-1","quantity":3,"unit_price":"19.99"}],"#,
                r#""metadata":{"a":1E+2,"list":[null,true,false,[],{}],"z":-0.0,"é":1.50},"name":"éA/\t\""}"#
            )
        );
    }

    #[test]
    fn what_says_something_else_stays_apart() {
        let bodies =
            [r#"{"a":1}"#, r#"{"a":1.0}"#, r#"{"a":"1"}"#, r#"{"a":[1]}"#, r#"{"A":1}"#, r#"{"a":null}"#, "{}", "[]"];
        for (index, body) in bodies.iter().enumerate() {
            assert!(bodies[..index].iter().all(|other| canonical(other) != canonical(body)), "{body}");
        }
        assert_ne!(canonical(r#"{"a":1,"a":2}"#), canonical(r#"{"a":2,"a":1}"#));
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_refused() {
        for bad in ["", "{", "{a:1}", "[1,]", "1 2", "\"\\ud800\"", "nul", "01"] {
            assert_eq!(canonical(bad), Err(Malformed), "{bad}");
        }
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(canonical(&nested(DEPTH_MAX)).is_ok());
        assert_eq!(canonical(&nested(DEPTH_MAX + 1)), Err(Malformed));
        assert_eq!(canonical(&nested(200_000)), Err(Malformed));
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                proptest::collection::btree_map(".{0,3}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn spacing_does_not_count_and_nothing_is_lost(value in json()) {
            let tight = serde_json::to_string(&value).unwrap();
            let wide = serde_json::to_string_pretty(&value).unwrap();
            let canonical_text = canonical(&tight).unwrap();
            prop_assert_eq!(&canonical_text, &canonical(&wide).unwrap());
            prop_assert_eq!(&canonical_text, &canonical(&canonical_text).unwrap());
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&canonical_text).unwrap(), value);
        }
    }
}
