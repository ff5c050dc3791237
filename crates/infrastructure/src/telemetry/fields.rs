//! The fields of one span or event, as JSON values in one buffer. No value can break out of its line: control characters are
//! escaped before anything else sees them.

use std::fmt::{self, Write};
use std::ops::Range;

use tracing::field::{Field, Visit};

/// Names and values in the order they were recorded; of two of one name the later counts.
#[derive(Debug, Default)]
pub(super) struct Fields {
    values: String,
    entries: Vec<(&'static str, Range<usize>)>,
    /// The target that a record of the `log` crate brings along.
    pub target: Option<String>,
}

impl Fields {
    /// The fields that count, without those named again later.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.entries.iter().enumerate().filter_map(|(at, (name, range))| {
            let again = self.entries.iter().skip(at + 1).any(|(later, _)| later == name);
            if again { None } else { Some((*name, self.values.get(range.clone())?)) }
        })
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, range) = self.entries.iter().rev().find(|(own, _)| *own == name)?;
        self.values.get(range.clone())
    }

    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(own, _)| *own == name)
    }

    fn put(&mut self, field: &Field, write: impl FnOnce(&mut String)) {
        let start = self.values.len();
        write(&mut self.values);
        self.entries.push((field.name(), start..self.values.len()));
    }

    fn put_text(&mut self, field: &Field, text: fmt::Arguments<'_>) {
        self.put(field, |out| push_text(out, text));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.record_plain(field, format_args!("{value}"));
        } else {
            self.record_plain(field, format_args!("null"));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.record_plain(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.record_plain(field, format_args!("{value}"));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.record_plain(field, format_args!("{value}"));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.record_plain(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.record_plain(field, format_args!("{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "log.target" => self.target = Some(value.to_owned()),
            "log.module_path" | "log.file" => {}
            _ => self.put_text(field, format_args!("{value}")),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, |out| {
            out.push('"');
            let mut next = Some(value);
            while let Some(error) = next {
                escape(out, format_args!("{error}"));
                next = error.source();
                out.push_str(if next.is_some() { ": " } else { "" });
            }
            out.push('"');
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put_text(field, format_args!("{value:?}"));
    }
}

impl Fields {
    fn record_plain(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        if field.name() != "log.line" {
            self.put(field, |out| {
                // Writing into a String cannot fail.
                let _written = out.write_fmt(value);
            });
        }
    }
}

/// A JSON string.
pub(super) fn push_text(out: &mut String, text: fmt::Arguments<'_>) {
    out.push('"');
    escape(out, text);
    out.push('"');
}

fn escape(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing into a String cannot fail; a Display that fails leaves what it wrote so far.
    let _whole = Escaped(out).write_fmt(text);
}

/// Escapes what JSON demands, and beyond it DEL, C1 and the separators that some readers take for line ends.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                '\r' => self.0.push_str("\\r"),
                '\t' => self.0.push_str("\\t"),
                other if other.is_control() || matches!(other, '\u{2028}' | '\u{2029}') => {
                    write!(self.0, "\\u{:04x}", u32::from(other))?;
                }
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}
