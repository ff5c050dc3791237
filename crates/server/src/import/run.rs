//! One run over a file: lines are read, parsed, taken in by changesets' worth, and what came of them is told in their order.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use orderbase_application::orders::{
    Effect, IMPORT_ITEMS_MAX, IMPORT_ORDERS_MAX, ImportLine, Imported, OnExisting, Rehearsal, import,
};
use orderbase_application::{App, Ctx};

use super::lines::{LINE_BYTES_MAX, Line, Lines};
use super::order;
use super::reject::{Fault, Rejects, default_path};
use super::totals::Totals;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;

/// Lines that may wait, refused ones included, before they are dealt with.
const LINES_MAX: usize = 1_000;

/// What the command was asked for.
pub struct Wish {
    pub file: PathBuf,
    pub rejects: Option<PathBuf>,
    pub on_existing: OnExisting,
    pub dry_run: bool,
}

/// A line that waits to be dealt with.
struct Waiting {
    line: Line,
    /// The order, until it is handed over.
    parsed: Result<Option<ImportLine>, Vec<Fault>>,
}

/// Takes the file in.
///
/// # Errors
/// 65 for a file that cannot be read, 77 for rejects that cannot be written, and where the storage failed; what was taken in
/// until then stays, and the same command resumes.
pub async fn run(app: &App, ctx: &Ctx, wish: &Wish) -> Result<Totals, Failure> {
    let unreadable = |error: &std::io::Error| Failure::new(Exit::BadInput, format!("{}: {error}", wish.file.display()));
    let file = File::open(&wish.file).map_err(|error| unreadable(&error))?;
    let length = file.metadata().map_err(|error| unreadable(&error))?.len();
    let path = wish.rejects.clone().unwrap_or_else(|| default_path(&wish.file));
    let rejects = Rejects::at(path.clone()).map_err(|error| unwritable(&path, &error))?;
    let mut run = Run::new(app, ctx, wish, rejects, path);
    let bar = progress(length);

    let mut lines = Lines::new(BufReader::with_capacity(1 << 16, file));
    let mut waiting: Vec<Waiting> = Vec::new();
    let (mut orders, mut items) = (0, 0);
    while let Some(line) = lines.next().map_err(|error| unreadable(&error))? {
        let parsed = parse(&line);
        if let Ok(Some(order)) = &parsed {
            orders += 1;
            items += order.items.len();
        }
        waiting.push(Waiting { line, parsed });
        if orders == IMPORT_ORDERS_MAX || items >= IMPORT_ITEMS_MAX || waiting.len() == LINES_MAX {
            run.deal(std::mem::take(&mut waiting)).await?;
            (orders, items) = (0, 0);
            bar.set_position(lines.bytes_read);
        }
    }
    run.deal(waiting).await?;
    bar.finish_and_clear();

    if let Some(path) = run.rejects.written() {
        terminal::say(&format!("rejected lines: {}", path.display()));
    }
    Ok(run.totals)
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

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Refused, format!("rejected lines cannot be written to {}: {error}", path.display()))
}

struct Run<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    on_existing: OnExisting,
    rehearsal: Option<Rehearsal>,
    rejects: Rejects,
    rejects_path: PathBuf,
    totals: Totals,
}

impl<'a> Run<'a> {
    fn new(app: &'a App, ctx: &'a Ctx, wish: &Wish, rejects: Rejects, rejects_path: PathBuf) -> Self {
        Self {
            app,
            ctx,
            on_existing: wish.on_existing,
            rehearsal: wish.dry_run.then(Rehearsal::default),
            rejects,
            rejects_path,
            totals: Totals { dry_run: wish.dry_run, ..Totals::default() },
        }
    }

    async fn deal(&mut self, mut waiting: Vec<Waiting>) -> Result<(), Failure> {
        let orders: Vec<ImportLine> =
            waiting.iter_mut().filter_map(|waiting| waiting.parsed.as_mut().ok()?.take()).collect();
        let effect = self.rehearsal.as_mut().map_or(Effect::Commit, Effect::Rehearse);
        let report = import(self.app, self.ctx, orders, self.on_existing, effect).await?;
        self.totals.customers_created += report.customers_created as u64;

        let mut results = report.lines.into_iter();
        for Waiting { line, parsed } in waiting {
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
                    None => return Err(Failure::new(Exit::Internal, "a line of the import was forgotten")),
                },
            };
            self.totals.reject(&faults);
            let reference = order::reference(&line.bytes);
            self.rejects
                .write(line.number, reference.as_deref(), &faults, &line.bytes)
                .map_err(|error| unwritable(&self.rejects_path, &error))?;
        }
        self.rejects.flush().map_err(|error| unwritable(&self.rejects_path, &error))
    }
}
