//! One run over a file: lines are read, parsed, taken in by changesets' worth, and what came of them is told in their order.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use orderbase_application::orders::{Effect, IMPORT_ORDERS_MAX, ImportLine, Imported, OnExisting, Rehearsal, import};
use orderbase_application::{App, Ctx};

use super::lines::{LINE_BYTES_MAX, Line, Lines};
use super::order;
use super::reject::{Fault, Rejects, default_path};
use super::totals::Totals;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;

/// Lines that may wait, refused ones included, before they are dealt with: a changeset's worth. The use case alone cuts changesets.
const LINES_MAX: usize = IMPORT_ORDERS_MAX;

/// Bytes of lines that may wait; the line that passes it still waits, so there is at most one line more.
const BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// What the command was asked for.
pub struct Wish {
    pub file: PathBuf,
    pub rejects: Option<PathBuf>,
    pub on_existing: OnExisting,
    pub dry_run: bool,
}

/// How a run ended that had begun.
pub struct Ended {
    /// What stands, whether or not it failed.
    pub totals: Totals,
    /// Why the rest of the file was not taken in: 65 unreadable, 77 rejects not writable, else the storage's.
    pub failure: Option<Failure>,
}

/// Lines that wait.
#[derive(Default)]
struct Lot {
    lines: Vec<Waiting>,
    bytes: usize,
}

impl Lot {
    fn push(&mut self, line: Line) {
        self.bytes += line.bytes.len();
        let parsed = parse(&line);
        self.lines.push(Waiting { line, parsed });
    }

    fn is_full(&self) -> bool {
        self.lines.len() >= LINES_MAX || self.bytes >= BYTES_MAX
    }
}

/// A line that waits to be dealt with.
struct Waiting {
    line: Line,
    /// The order, until it is handed over.
    parsed: Result<Option<ImportLine>, Vec<Fault>>,
}

/// Takes the file in. What was taken in before a failure stays, and the same command resumes.
///
/// # Errors
/// Where it cannot begin: 65 for a file that cannot be opened, 77 for rejects that cannot or may not be written.
pub async fn run(app: &App, ctx: &Ctx, wish: &Wish) -> Result<Ended, Failure> {
    let file = File::open(&wish.file).map_err(|error| unreadable(&wish.file, &error))?;
    let path = wish.rejects.clone().unwrap_or_else(|| default_path(&wish.file));
    let rejects = Rejects::at(path, &wish.file)?;
    let mut run = Run::new(app, ctx, wish, rejects);
    let failure = run.whole(&wish.file, file).await.err();
    Ok(run.end(failure))
}

fn parse(line: &Line) -> Result<Option<ImportLine>, Vec<Fault>> {
    if line.too_long {
        return Err(vec![Fault::new("body_too_large", format!("A line may have {LINE_BYTES_MAX} bytes."))]);
    }
    order::parse(&line.bytes).map(Some)
}

/// On a terminal a bar, elsewhere nothing.
fn progress(bytes: u64) -> ProgressBar {
    if !terminal::is_followed() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {binary_bytes_per_sec}  {eta} left") {
        bar.set_style(style);
    }
    bar
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::BadInput, format!("{}: {error}", path.display()))
}

struct Run<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    on_existing: OnExisting,
    rehearsal: Option<Rehearsal>,
    rejects: Rejects,
    totals: Totals,
}

impl<'a> Run<'a> {
    fn new(app: &'a App, ctx: &'a Ctx, wish: &Wish, rejects: Rejects) -> Self {
        Self {
            app,
            ctx,
            on_existing: wish.on_existing,
            rehearsal: wish.dry_run.then(Rehearsal::default),
            rejects,
            totals: Totals { dry_run: wish.dry_run, ..Totals::default() },
        }
    }

    async fn whole(&mut self, path: &Path, file: File) -> Result<(), Failure> {
        let length = file.metadata().map_err(|error| unreadable(path, &error))?.len();
        let bar = progress(length);
        let mut lines = Lines::new(BufReader::with_capacity(1 << 16, file));
        let mut lot = Lot::default();
        while let Some(line) = lines.next().map_err(|error| unreadable(path, &error))? {
            lot.push(line);
            if lot.is_full() {
                self.deal(std::mem::take(&mut lot)).await?;
                bar.set_position(lines.bytes_read);
            }
        }
        self.deal(lot).await?;
        bar.finish_and_clear();
        Ok(())
    }

    /// Says where the refused lines are. Those of a run that broke off do not replace an earlier, whole file.
    fn end(self, failure: Option<Failure>) -> Ended {
        let Self { rejects, totals, .. } = self;
        if failure.is_some() {
            if let Some(path) = rejects.unfinished() {
                terminal::say(&format!("rejected lines until it failed: {}", path.display()));
            }
            return Ended { totals, failure };
        }
        let failure = match rejects.finish(totals.dry_run) {
            Ok(Some(path)) => {
                terminal::say(&format!("rejected lines: {}", path.display()));
                None
            }
            Ok(None) => None,
            Err(failure) => Some(failure),
        };
        Ended { totals, failure }
    }

    async fn deal(&mut self, mut lot: Lot) -> Result<(), Failure> {
        let orders: Vec<ImportLine> =
            lot.lines.iter_mut().filter_map(|waiting| waiting.parsed.as_mut().ok()?.take()).collect();
        let effect = self.rehearsal.as_mut().map_or(Effect::Commit, Effect::Rehearse);
        let report = import(self.app, self.ctx, orders, self.on_existing, effect).await?;
        self.totals.customers_created += report.customers_created as u64;

        let mut results = report.lines.into_iter();
        for Waiting { line, parsed } in lot.lines {
            let faults = match parsed {
                Err(faults) => faults,
                Ok(_) => match results.next() {
                    Some(Imported::Accepted { items, total }) => {
                        self.totals.accept(items, total);
                        continue;
                    }
                    Some(Imported::Skipped) => {
                        self.totals.skipped += 1;
                        continue;
                    }
                    Some(Imported::Rejected(error)) => Fault::of_error(&error),
                    // It failed before this line.
                    None => break,
                },
            };
            self.totals.reject(&faults);
            let reference = order::reference(&line.bytes);
            self.rejects.write(line.number, reference.as_deref(), &faults, &line.bytes)?;
        }
        self.rejects.flush()?;
        report.failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(lines: usize, bytes: usize) -> Lot {
        let mut lot = Lot::default();
        for number in 1..=lines {
            assert!(!lot.is_full());
            lot.push(Line { number: number as u64, bytes: vec![b'x'; bytes], too_long: false });
        }
        lot
    }

    #[test]
    fn what_waits_is_bounded_by_lines_and_by_bytes() {
        assert!(!lot(LINES_MAX - 1, 10).is_full());
        assert!(lot(LINES_MAX, 10).is_full());
        let full = BYTES_MAX / LINE_BYTES_MAX;
        assert!(full < LINES_MAX);
        assert!(!lot(full - 1, LINE_BYTES_MAX).is_full());
        assert!(lot(full, LINE_BYTES_MAX).is_full());
    }
}
