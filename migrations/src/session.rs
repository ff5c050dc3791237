//! One connection of its own for migrating. A pool would spread the advisory lock and the steps over several sessions, and the
//! time-outs of the server's connections are made for requests, not for an `ALTER`.

use sea_orm::sqlx::postgres::PgPoolOptions;
use sea_orm::sqlx::sqlite::SqlitePoolOptions;
use sea_orm::{DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqlxPostgresConnector, SqlxSqliteConnector};

/// How long a step waits for the lock of a table before it lets the waiting traffic through and tries again.
const LOCK_TIMEOUT_MS: &str = "1000";

/// Opens a single connection to where `db` leads. It never expires and no statement time-out applies to it.
pub(crate) async fn open(db: &DatabaseConnection) -> Result<DatabaseConnection, DbErr> {
    match db.get_database_backend() {
        DbBackend::Postgres => {
            let options = db
                .get_postgres_connection_pool()
                .connect_options()
                .as_ref()
                .clone()
                .application_name("orderbase migrate")
                .options([
                    ("lock_timeout", LOCK_TIMEOUT_MS),
                    ("statement_timeout", "0"),
                    ("idle_in_transaction_session_timeout", "0"),
                ]);
            let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
            let pool = pool.connect_with(options).await.map_err(unreachable_database)?;
            Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
        }
        DbBackend::Sqlite => {
            let options = db.get_sqlite_connection_pool().connect_options().as_ref().clone();
            let pool = SqlitePoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
            let pool = pool
                .connect_with(options.read_only(false).pragma("query_only", "OFF"))
                .await
                .map_err(unreachable_database)?;
            Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
        }
        other => Err(DbErr::Migration(format!("{} is not supported", other.as_str()))),
    }
}

fn unreachable_database(error: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}
