//! Why the schema could not be brought where it was wanted.

use sea_orm::DbErr;

/// The failure of a migration command. Steps that ran before the failure stay applied.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The id given is none of this binary's.
    #[error("there is no migration `{0}`")]
    UnknownStep(String),
    /// The database has steps that this binary does not know.
    #[error("the database was migrated by a newer version: it has {}", .0.join(", "))]
    Newer(Vec<String>),
    /// The step declares that it cannot be undone.
    #[error("`{0}` cannot be undone; restore a backup instead")]
    Irreversible(&'static str),
    /// Another process has been migrating for 60 s.
    #[error("another process has been migrating this database for {0} s")]
    Locked(u64),
    /// A table stayed locked by others through all attempts of 60 s.
    #[error("`{step}` did not get its locks within {waited_secs} s; nothing of it was applied")]
    TableLocked { step: String, waited_secs: u64 },
    #[error(transparent)]
    Database(#[from] DbErr),
}
