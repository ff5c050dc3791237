//! The canonical form of a JSON text: what two bodies share that say the same. Fingerprints are made of it, so a change here lets
//! no repeat of an earlier request be recognised for 24 h.

use serde_json::value::RawValue;

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
    let raw: &RawValue = serde_json::from_str(text).map_err(|_| Malformed)?;
    let mut out = String::with_capacity(raw.get().len());
    Walk { rest: raw.get() }.value(&mut out, 1)?;
    Ok(out)
}

/// One walk over text whose syntax has been checked, so it takes a token by its first byte and its end by the next delimiter.
struct Walk<'a> {
    rest: &'a str,
}

impl<'a> Walk<'a> {
    fn value(&mut self, out: &mut String, level: usize) -> Result<(), Malformed> {
        match self.peek() {
            Some(b'{' | b'[') if level > DEPTH_MAX => Err(Malformed),
            Some(b'{') => self.object(out, level),
            Some(b'[') => self.list(out, level),
            Some(b'"') => self.text().and_then(|text| write_text(out, &text)),
            _ => {
                out.push_str(
                    self.take(self.rest.find([',', ']', '}', ' ', '\t', '\n', '\r']).unwrap_or(self.rest.len()))?,
                );
                Ok(())
            }
        }
    }

    fn list(&mut self, out: &mut String, level: usize) -> Result<(), Malformed> {
        self.take(1)?;
        out.push('[');
        while self.peek() != Some(b']') {
            if self.peek() == Some(b',') {
                out.push_str(self.take(1)?);
            }
            self.value(out, level + 1)?;
        }
        out.push_str(self.take(1)?);
        Ok(())
    }

    fn object(&mut self, out: &mut String, level: usize) -> Result<(), Malformed> {
        let mut members = Vec::new();
        self.take(1)?;
        while self.peek() != Some(b'}') {
            if self.peek() == Some(b',') {
                self.take(1)?;
                self.peek();
            }
            let name = self.text()?;
            if self.peek() == Some(b':') {
                self.take(1)?;
            }
            let mut value = String::new();
            self.value(&mut value, level + 1)?;
            members.push((name, value));
        }
        self.take(1)?;

        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        out.push('{');
        for (index, (name, value)) in members.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_text(out, name)?;
            out.push(':');
            out.push_str(value);
        }
        out.push('}');
        Ok(())
    }

    fn text(&mut self) -> Result<String, Malformed> {
        let mut escaped = true;
        let end = self.rest.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            // The first quote opens; after a backslash the next byte says nothing.
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let token = self.take(end.ok_or(Malformed)? + 1)?;
        serde_json::from_str(token).map_err(|_| Malformed)
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.bytes().next()
    }

    /// The next bytes. At the end of the text there are none, which checked text does not come to.
    fn take(&mut self, bytes: usize) -> Result<&'a str, Malformed> {
        let (token, rest) =
            self.rest.split_at_checked(bytes).filter(|(token, _)| !token.is_empty()).ok_or(Malformed)?;
        self.rest = rest;
        Ok(token)
    }
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
        let wide = format!("{}\"{}\"{}", "[".repeat(DEPTH_MAX), "x".repeat(500_000), "]".repeat(DEPTH_MAX));
        assert_eq!(canonical(&wide).as_deref(), Ok(wide.as_str()));
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
