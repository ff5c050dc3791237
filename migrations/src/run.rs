//! Brings a schema forward or back, step by step, each step in one transaction.

use std::time::{Duration, Instant};

use sea_orm::DatabaseConnection;
use sea_orm_migration::MigratorTrait;

use crate::lock::{self, WAIT_SECS_MAX};
use crate::state::{SchemaState, plan, schema_state, status};
use crate::step::{Migrator, Phase, STEPS, Step};
use crate::{MigrationError, session};

/// Long enough for the traffic that queued behind a failed attempt to pass.
const RETRY_PAUSE: Duration = Duration::from_millis(500);

/// How far [`up`] goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Up {
    /// The last step to apply; `None` for all.
    pub to: Option<String>,
    /// Whether contract steps are applied too. Without it `up` ends before the first of them.
    pub contract: bool,
}

/// Applies what is pending over a connection of its own and answers the ids of the steps it applied.
///
/// # Errors
/// [`MigrationError`]; the steps before the failing one stay applied.
pub async fn up(db: &DatabaseConnection, how_far: &Up) -> Result<Vec<&'static str>, MigrationError> {
    let session = session::open(db).await?;
    let result = apply(&session, how_far).await;
    session.close().await?;
    result
}

/// Takes back the last `steps` steps over a connection of its own and answers their ids, newest first.
///
/// # Errors
/// [`MigrationError::Irreversible`] before anything is taken back, if one of them declares so; else as [`up`].
pub async fn down(db: &DatabaseConnection, steps: u32) -> Result<Vec<&'static str>, MigrationError> {
    let session = session::open(db).await?;
    let result = take_back(&session, steps).await;
    session.close().await?;
    result
}

async fn apply(session: &DatabaseConnection, how_far: &Up) -> Result<Vec<&'static str>, MigrationError> {
    if let Some(to) = how_far.to.as_ref().filter(|to| STEPS.iter().all(|step| step.id != **to)) {
        return Err(MigrationError::UnknownStep(to.clone()));
    }
    lock::acquire(session).await?;
    refuse_newer(session).await?;
    let is_wanted = |step: &Step| {
        let near_enough = how_far.to.as_deref().is_none_or(|to| step.id <= to);
        near_enough && (how_far.contract || step.phase != Phase::Contract)
    };
    let mut done = Vec::new();
    for step in plan(session).await?.into_iter().take_while(is_wanted) {
        patiently(session, step.id, Way::Up).await?;
        done.push(step.id);
    }
    Ok(done)
}

async fn take_back(session: &DatabaseConnection, steps: u32) -> Result<Vec<&'static str>, MigrationError> {
    lock::acquire(session).await?;
    refuse_newer(session).await?;
    let applied = status(session).await?.into_iter().rev().filter(|status| status.applied.is_some());
    let steps: Vec<Step> =
        applied.map(|status| status.step).take(usize::try_from(steps).unwrap_or(usize::MAX)).collect();
    if let Some(fixed) = steps.iter().find(|step| !step.reversible) {
        return Err(MigrationError::Irreversible(fixed.id));
    }
    let mut done = Vec::new();
    for step in steps {
        patiently(session, step.id, Way::Down).await?;
        done.push(step.id);
    }
    Ok(done)
}

async fn refuse_newer(session: &DatabaseConnection) -> Result<(), MigrationError> {
    match schema_state(session).await? {
        SchemaState::Newer { unknown } => Err(MigrationError::Newer(unknown)),
        _ => Ok(()),
    }
}

#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

/// Runs one step, again and again for at most 60 s while others hold the locks it needs.
async fn patiently(session: &DatabaseConnection, step: &str, way: Way) -> Result<(), MigrationError> {
    let begun = Instant::now();
    loop {
        let result = match way {
            Way::Up => Migrator::up(session, Some(1)).await,
            Way::Down => Migrator::down(session, Some(1)).await,
        };
        match result {
            Err(error) if lock::is_lock_timeout(&error) => {
                let waited_secs = begun.elapsed().as_secs();
                if waited_secs >= WAIT_SECS_MAX {
                    return Err(MigrationError::TableLocked { step: step.to_owned(), waited_secs });
                }
                tracing::warn!(step, waited_secs, "tables are in use; trying again");
                tokio::time::sleep(RETRY_PAUSE).await;
            }
            result => return Ok(result?),
        }
    }
}
