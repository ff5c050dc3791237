//! Which steps a database has. Nothing here writes; the start-up guard runs it with the server's own rights.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use crate::step::{STEPS, Step};

/// How a database stands to this binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// It has exactly the steps that this binary knows.
    Current,
    /// It lacks some; `orderbase migrate up` brings them.
    Older { pending: Vec<&'static str> },
    /// It has some that this binary does not know; a newer binary made them.
    Newer { unknown: Vec<String> },
    /// It was never migrated.
    Empty,
}

/// When a step was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Seconds since 1970, by the clock of the machine that migrated.
    pub at_secs: i64,
}

/// A step and whether the database has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepStatus {
    pub step: Step,
    pub applied: Option<Applied>,
}

/// The steps that the database lacks, oldest first.
///
/// # Errors
/// [`DbErr`] if the database gave no answer.
pub async fn plan(db: &DatabaseConnection) -> Result<Vec<Step>, DbErr> {
    let pending = status(db).await?.into_iter().filter(|status| status.applied.is_none());
    Ok(pending.map(|status| status.step).collect())
}

/// Every step of this binary, oldest first.
///
/// # Errors
/// As [`plan`].
pub async fn status(db: &DatabaseConnection) -> Result<Vec<StepStatus>, DbErr> {
    let applied = applied(db).await?;
    let status = |step: &Step| StepStatus { step: *step, applied: applied.get(step.id).copied() };
    Ok(STEPS.iter().map(status).collect())
}

/// How the database stands to this binary. The server refuses to start on anything but [`SchemaState::Current`].
///
/// # Errors
/// As [`plan`].
pub async fn schema_state(db: &DatabaseConnection) -> Result<SchemaState, DbErr> {
    let applied = applied(db).await?;
    let known = |name: &str| STEPS.iter().any(|step| step.id == name);
    let mut unknown: Vec<String> = applied.keys().filter(|name| !known(name)).cloned().collect();
    unknown.sort();
    let pending: Vec<_> = STEPS.iter().map(|step| step.id).filter(|id| !applied.contains_key(*id)).collect();
    Ok(match (applied.is_empty(), unknown.is_empty(), pending.is_empty()) {
        (true, _, _) => SchemaState::Empty,
        (_, false, _) => SchemaState::Newer { unknown },
        (_, _, false) => SchemaState::Older { pending },
        _ => SchemaState::Current,
    })
}

/// The names in the table of migrations, which need not exist.
pub(crate) async fn applied(db: &DatabaseConnection) -> Result<HashMap<String, Applied>, DbErr> {
    let backend = db.get_database_backend();
    let exists = match backend {
        DbBackend::Postgres => "SELECT 1 WHERE to_regclass('seaql_migrations') IS NOT NULL",
        _ => "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'seaql_migrations'",
    };
    if db.query_one_raw(Statement::from_string(backend, exists)).await?.is_none() {
        return Ok(HashMap::new());
    }
    let rows = Statement::from_string(backend, "SELECT version, applied_at FROM seaql_migrations");
    let rows = db.query_all_raw(rows).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "version")?, Applied { at_secs: row.try_get("", "applied_at")? })))
        .collect()
}
