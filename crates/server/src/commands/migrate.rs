//! `migrate plan`, `up`, `down`, `status`: as the owner of the tables, never through a pooler.

use std::time::Duration;

use orderbase_infrastructure::sql::SqlDb;
use orderbase_kernel::Timestamp;
use orderbase_migrations::{Step, Up, down, plan, status, up};
use serde::Serialize;

use super::context::{command_log, load};
use crate::cli::{GlobalArgs, MigrateCommand};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, chain};
use crate::terminal::{self, Output};
use crate::wiring;

/// A step as it is listed.
#[derive(Serialize)]
struct Shown {
    id: &'static str,
    phase: &'static str,
    reversible: bool,
    lock: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied_at: Option<String>,
}

impl Shown {
    fn of(step: &Step, applied_at: Option<String>) -> Self {
        Self {
            id: step.id,
            phase: step.phase.as_str(),
            reversible: step.reversible,
            lock: step.lock.as_str(),
            applied_at,
        }
    }
}

const COLUMNS: &[&str] = &["STEP", "PHASE", "REVERSIBLE", "LOCK", "APPLIED"];

fn cells(row: &Shown) -> Vec<String> {
    let reversible = if row.reversible { "yes" } else { "no" };
    let applied = row.applied_at.as_deref().unwrap_or("-");
    [row.id, row.phase, reversible, row.lock, applied].into_iter().map(str::to_owned).collect()
}

pub fn run(global: &GlobalArgs, command: &MigrateCommand) -> Outcome {
    let loaded = load(global)?;
    let log = command_log(global)?;
    let outcome = wiring::block_on(async {
        let db = open(&loaded.config).await?;
        let outcome = on(&db, command).await;
        db.close().await;
        outcome
    });
    drop(log);
    outcome
}

async fn open(config: &Config) -> Result<SqlDb, Failure> {
    wiring::data_directory(config)?;
    let options = wiring::database_options(config, config.migration_url().expose());
    wiring::open(&options, Duration::ZERO).await
}

async fn on(db: &SqlDb, command: &MigrateCommand) -> Outcome {
    let unanswered = |error: &dyn std::error::Error| Failure::new(Exit::Unreachable, chain(error));
    match command {
        MigrateCommand::Plan { check, output } => {
            let pending = plan(db.pool()).await.map_err(|error| unanswered(&error))?;
            let rows: Vec<Shown> = pending.iter().map(|step| Shown::of(step, None)).collect();
            terminal::print_rows(Output::or_fitting(*output), &rows, COLUMNS, cells)?;
            Ok(if *check && !rows.is_empty() { Exit::Difference } else { Exit::Done })
        }
        MigrateCommand::Status { output } => {
            let all = status(db.pool()).await.map_err(|error| unanswered(&error))?;
            let rows: Vec<Shown> = all
                .iter()
                .map(|status| {
                    let at = status.applied.and_then(|applied| Timestamp::from_millis(applied.at_secs * 1_000).ok());
                    Shown::of(&status.step, at.map(|at| at.to_string()))
                })
                .collect();
            terminal::print_rows(Output::or_fitting(*output), &rows, COLUMNS, cells)?;
            Ok(Exit::Done)
        }
        MigrateCommand::Up { to, contract } => {
            let how_far = Up { to: to.clone(), contract: *contract };
            let steps = up(db.pool(), &how_far).await.map_err(|error| wiring::migration_failure(&error))?;
            told(&steps, "applied", "nothing was pending");
            Ok(Exit::Done)
        }
        MigrateCommand::Down { steps } => {
            let steps = down(db.pool(), *steps).await.map_err(|error| wiring::migration_failure(&error))?;
            told(&steps, "taken back", "nothing was applied");
            Ok(Exit::Done)
        }
    }
}

fn told(steps: &[&str], what: &str, nothing: &str) {
    for step in steps {
        terminal::say(&format!("{step} {what}"));
    }
    if steps.is_empty() {
        terminal::say(nothing);
    }
}
