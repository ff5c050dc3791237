//! The one place that writes to the terminal: results to standard output, words for people to standard error.

use std::io::{IsTerminal as _, Write as _};

use serde::Serialize;

/// How a reading command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// Columns for eyes.
    Table,
    /// One JSON document.
    Json,
}

impl Output {
    /// What was asked for; else a table for a terminal and JSON for a program.
    pub fn or_fitting(asked: Option<Self>) -> Self {
        asked.unwrap_or(if std::io::stdout().is_terminal() { Self::Table } else { Self::Json })
    }
}

/// Writes a result, followed by a line feed.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Tells the person at the terminal something. Nobody may be there, so failures do not count.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Whether a person types at standard input.
pub fn is_typed() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks the person at the terminal for what must not be seen: nothing of the answer is shown.
pub fn ask_secret(prompt: &str) -> std::io::Result<String> {
    let mut err = std::io::stderr().lock();
    err.write_all(prompt.as_bytes())?;
    err.flush()?;
    drop(err);
    console::Term::stderr().read_secure_line()
}

/// Whether a person reads standard output.
pub fn is_watched() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether a person reads standard error.
pub fn is_followed() -> bool {
    std::io::stderr().is_terminal()
}

/// A list of rows as JSON, or as a table of the columns given.
pub fn print_rows<T: Serialize>(
    output: Output,
    rows: &[T],
    columns: &[&str],
    cells: impl Fn(&T) -> Vec<String>,
) -> std::io::Result<()> {
    match output {
        Output::Json => print_json(&rows),
        Output::Table => print(&table(columns, &rows.iter().map(cells).collect::<Vec<_>>())),
    }
}

/// One JSON document.
pub fn print_json(value: &impl Serialize) -> std::io::Result<()> {
    print(&serde_json::to_string_pretty(value)?)
}

/// Columns of equal width, two blanks apart, under their names.
pub fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let width = |at: usize, name: &str| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain([name.chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().enumerate().map(|(at, name)| width(at, name)).collect();
    let line = |cells: Vec<&str>| {
        let mut text = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            text.push_str(&format!("{cell:width$}  "));
        }
        text.trim_end().to_owned()
    };
    let mut lines = vec![line(columns.to_vec())];
    lines.extend(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [vec!["a".to_owned(), "1".to_owned()], vec!["longer".to_owned(), "22".to_owned()]];
        assert_eq!(table(&["NAME", "N"], &rows), "NAME    N\na       1\nlonger  22");
        assert_eq!(table(&["NAME"], &[]), "NAME");
    }
}
