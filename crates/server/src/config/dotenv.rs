//! Reads `.env`: what dotenvy understands, with the line each name stands on. Never puts anything into the environment.

use super::inputs::TextFile;
use super::{Fault, PREFIX};

/// One assignment.
pub(super) struct Assignment {
    pub name: String,
    pub value: String,
    /// Counted from 1.
    pub line: usize,
}

/// All assignments in their order, up to the first line that cannot be read, which becomes a fault.
pub(super) fn read(file: &TextFile, faults: &mut Vec<Fault>) -> Vec<Assignment> {
    let mut assignments = Vec::new();
    for entry in dotenvy::from_read_iter(file.text.as_bytes()) {
        match entry {
            Ok((name, value)) => {
                let line = line_of(&file.text, &name, &assignments);
                assignments.push(Assignment { name, value, line });
            }
            Err(error) => {
                // The error quotes the line, which may hold a secret.
                let line = match &error {
                    dotenvy::Error::LineParse(text, _) => {
                        file.text.lines().position(|line| line.trim() == text.trim()).map(|at| at + 1)
                    }
                    _ => None,
                };
                let at = line.map(|line| format!(":{line}")).unwrap_or_default();
                let place = format!("{}{at}", file.path.display());
                faults.push(Fault::new(place, "is not NAME=value; quote values that hold blanks, # or $"));
                break;
            }
        }
    }
    assignments
}

/// The first line behind those already found that assigns the name.
fn line_of(text: &str, name: &str, before: &[Assignment]) -> usize {
    let from = before.last().map_or(0, |last| last.line);
    let assigns = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    text.lines().enumerate().skip(from).find(|(_, line)| assigns(line)).map_or(from, |(at, _)| at + 1)
}

/// Whether the name is ours to judge. Names of the test runner are not.
pub(super) fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) && !name.starts_with("ORDERBASE_TEST_")
}
