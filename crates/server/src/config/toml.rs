//! Reads the configuration file: keys of the top level and of sections, each as text.

use ::config::{File, FileFormat, Source, Value, ValueKind};

use super::Fault;
use super::inputs::TextFile;

/// The path and text of every key; none if the file is no TOML, which becomes a fault.
pub(super) fn read(file: &TextFile, faults: &mut Vec<Fault>) -> Vec<(String, String)> {
    match File::from_str(&file.text, FileFormat::Toml).collect() {
        Ok(map) => {
            let mut keys = Vec::new();
            for (key, value) in map {
                flatten(key, value, &mut keys);
            }
            keys.sort();
            keys
        }
        Err(_) => {
            // The parser's message quotes the line, which may hold a secret.
            faults.push(
                Fault::new(file.path.display().to_string(), "is not TOML").fix("orderbase config init --format toml"),
            );
            Vec::new()
        }
    }
}

fn flatten(path: String, value: Value, into: &mut Vec<(String, String)>) {
    match value.kind {
        ValueKind::Table(table) => {
            for (key, value) in table {
                flatten(format!("{path}.{key}"), value, into);
            }
        }
        ValueKind::Array(values) => {
            let texts: Vec<String> = values.into_iter().map(|value| scalar(value.kind)).collect();
            into.push((path, texts.join(",")));
        }
        kind => into.push((path, scalar(kind))),
    }
}

fn scalar(kind: ValueKind) -> String {
    match kind {
        ValueKind::String(text) => text,
        other => other.to_string(),
    }
}
