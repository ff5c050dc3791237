//! The one text of a metadata object: keys in the order of their bytes, no blanks, the shortest escapes of RFC 8259 §7.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use super::MetaValue;

/// Text that is counted, not kept.
#[derive(Default)]
struct Counted(usize);

impl Write for Counted {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.saturating_add(text.len());
        Ok(())
    }
}

pub(super) fn text(entries: &BTreeMap<String, MetaValue>) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail.
    let _ = map(&mut out, entries);
    out
}

/// Bytes of [`text`], without making it.
pub(super) fn bytes(entries: &BTreeMap<String, MetaValue>) -> usize {
    let mut out = Counted::default();
    let _ = map(&mut out, entries);
    out.0
}

fn map(out: &mut impl Write, entries: &BTreeMap<String, MetaValue>) -> fmt::Result {
    out.write_char('{')?;
    for (index, (key, entry)) in entries.iter().enumerate() {
        if index > 0 {
            out.write_char(',')?;
        }
        string(out, key)?;
        out.write_char(':')?;
        value(out, entry)?;
    }
    out.write_char('}')
}

fn value(out: &mut impl Write, entry: &MetaValue) -> fmt::Result {
    match entry {
        MetaValue::Null => out.write_str("null"),
        MetaValue::Bool(true) => out.write_str("true"),
        MetaValue::Bool(false) => out.write_str("false"),
        MetaValue::Number(number) => out.write_str(number.as_str()),
        MetaValue::Text(text) => string(out, text),
        MetaValue::List(entries) => {
            out.write_char('[')?;
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                value(out, entry)?;
            }
            out.write_char(']')
        }
        MetaValue::Map(entries) => map(out, entries),
    }
}

fn string(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\u{8}' => out.write_str("\\b")?,
            '\t' => out.write_str("\\t")?,
            '\n' => out.write_str("\\n")?,
            '\u{c}' => out.write_str("\\f")?,
            '\r' => out.write_str("\\r")?,
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_the_length_of_the_text() {
        let entries = BTreeMap::from([
            ("a".to_owned(), MetaValue::Text("\u{0}\u{1f}\u{7f}äß\r\"\\".to_owned())),
            ("b".to_owned(), MetaValue::List(vec![MetaValue::Null, MetaValue::Map(BTreeMap::new())])),
        ]);
        let text = text(&entries);
        assert_eq!(text, "{\"a\":\"\\u0000\\u001f\u{7f}äß\\r\\\"\\\\\",\"b\":[null,{}]}");
        assert_eq!(bytes(&entries), text.len());
    }
}
