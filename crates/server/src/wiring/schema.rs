//! Whether the schema fits this binary, and in embedded mode: makes it fit.

use std::path::PathBuf;
use std::time::Duration;

use orderbase_infrastructure::sql::{DatabaseOptions, SqlDb};
use orderbase_migrations::{MigrationError, SchemaState, Up, schema_state, up};

use super::database;
use crate::exit::Exit;
use crate::failure::{Failure, chain};

/// Refuses a schema that does not fit.
///
/// # Errors
/// 76 with what to do; 69 if the database gave no answer.
pub async fn guard(db: &SqlDb) -> Result<(), Failure> {
    match state(db).await? {
        SchemaState::Current => Ok(()),
        other => Err(Failure::new(Exit::Schema, words(&other))),
    }
}

/// Applies what is missing; copies a SQLite file that holds data first. Answers the database, which may have been opened anew.
///
/// # Errors
/// As [`guard`], and where a step failed.
pub async fn bring_up_to_date(db: SqlDb, options: &DatabaseOptions) -> Result<SqlDb, Failure> {
    let found = state(&db).await?;
    let db = match &found {
        SchemaState::Current => return Ok(db),
        SchemaState::Newer { .. } => return Err(Failure::new(Exit::Schema, words(&found))),
        SchemaState::Empty => db,
        SchemaState::Older { pending } => {
            copy_aside(db, options, pending.first().copied().unwrap_or("migration")).await?
        }
    };
    for step in up(db.pool(), &Up::default()).await.map_err(|error| failure(&error))? {
        tracing::info!(migration.id = step, "migration.applied");
    }
    Ok(db)
}

async fn state(db: &SqlDb) -> Result<SchemaState, Failure> {
    schema_state(db.pool()).await.map_err(|error| Failure::new(Exit::Unreachable, chain(&error)))
}

/// What to do about a schema that does not fit.
fn words(state: &SchemaState) -> String {
    match state {
        SchemaState::Current => "the schema fits".to_owned(),
        SchemaState::Empty => "the database has no schema yet; nothing was started\n  \
             fix: orderbase migrate up"
            .to_owned(),
        SchemaState::Older { pending } => format!(
            "the schema is older than this version needs; nothing was started\n  \
             missing: {}\n  fix: back the database up, then orderbase migrate up",
            pending.join(", ")
        ),
        SchemaState::Newer { unknown } => format!(
            "the schema is newer than this version knows; nothing was started\n  \
             unknown: {}\n  fix: start the version that made it, or a later one; this is {}",
            unknown.join(", "),
            env!("CARGO_PKG_VERSION")
        ),
    }
}

/// Why a migration command did not do it, with its exit code.
pub fn failure(error: &MigrationError) -> Failure {
    let exit = match error {
        MigrationError::UnknownStep(_) => Exit::Usage,
        MigrationError::Newer(_) => Exit::Schema,
        MigrationError::Irreversible(_) => Exit::Refused,
        MigrationError::Locked(_) | MigrationError::TableLocked { .. } => Exit::TryAgain,
        MigrationError::Database(_) => Exit::Unreachable,
    };
    Failure::new(exit, chain(error))
}

/// Closes the file, so that all of it lies in one place, copies it beside itself, and opens it again.
async fn copy_aside(db: SqlDb, options: &DatabaseOptions, before: &str) -> Result<SqlDb, Failure> {
    let Some(path) = options.sqlite_file() else { return Ok(db) };
    db.close().await;
    drop(db);
    let mut copy = path.clone().into_os_string();
    copy.push(format!(".before-{before}"));
    let copy = PathBuf::from(copy);
    std::fs::copy(&path, &copy).map_err(|error| {
        Failure::new(Exit::Refused, format!("{} cannot be copied before it is changed: {error}", path.display()))
    })?;
    tracing::info!(file = %copy.display(), "migration.copied");
    database::open(options, Duration::ZERO).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_texts_for_three_schemas() {
        let texts = [
            words(&SchemaState::Empty),
            words(&SchemaState::Older { pending: vec!["m0002_x"] }),
            words(&SchemaState::Newer { unknown: vec!["m9999_y".to_owned()] }),
        ];
        assert!(texts.iter().all(|text| text.contains("fix: ") && text.contains("nothing was started")));
        assert!(texts[1].contains("m0002_x") && texts[1].contains("migrate up"));
        assert!(texts[2].contains("m9999_y") && texts[2].contains(env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn paths_of_urls() {
        let file = |url: &str| DatabaseOptions { url: url.to_owned(), ..DatabaseOptions::default() }.sqlite_file();
        assert_eq!(file("sqlite:./data/x.db"), Some(PathBuf::from("./data/x.db")));
        assert_eq!(file("sqlite:///var/a%3Fb%20c.db?mode=rwc"), Some(PathBuf::from("/var/a?b c.db")));
        assert_eq!(file("postgres://h/d"), None);
    }

    #[tokio::test]
    async fn an_older_file_is_copied_before_it_is_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/my%20x.db", folder.path().display());
        let options = DatabaseOptions { url, ..DatabaseOptions::default() };
        let db = database::open(&options, Duration::ZERO).await.unwrap();
        assert_eq!(guard(&db).await.unwrap_err().exit, Exit::Schema);
        let first = orderbase_migrations::STEPS[0].id;
        up(db.pool(), &Up { to: Some(first.to_owned()), contract: false }).await.unwrap();
        assert_eq!(guard(&db).await.unwrap_err().exit, Exit::Schema);
        let db = bring_up_to_date(db, &options).await.unwrap();
        guard(&db).await.unwrap();
        let second = orderbase_migrations::STEPS[1].id;
        assert!(folder.path().join(format!("my x.db.before-{second}")).exists());
        db.close().await;
    }
}
