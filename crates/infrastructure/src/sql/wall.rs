//! Whether row-level security holds for the role that serves: asked once at the start, which a breach forbids.

use orderbase_application::ports::StorageError;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::connect::SqlDb;
use super::errors::storage_error;
use super::rows::Cells;

/// Why the policies would not hold a request to its tenant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WallBreach {
    #[error("the role {0} is a superuser, whom no policy holds; serve as orderbase_app")]
    Superuser(String),
    #[error("the role {0} bypasses row-level security; serve as orderbase_app")]
    Bypasses(String),
    #[error("the role {role} owns the table {table}, and could take its policy away; serve as orderbase_app")]
    Owner { role: String, table: String },
    #[error("the table {0} has a tenant and lacks its policy, or does not force it")]
    Open(String),
}

/// The role that is, and the role that signed in: what the second may do, the first may come to do.
const ROLES: &str =
    "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname IN (current_user, session_user)";

const OWNED: &str = "SELECT r.rolname::text, c.relname::text FROM pg_class c, pg_roles r \
    WHERE r.rolname IN (current_user, session_user) AND NOT r.rolsuper AND c.relnamespace = 'public'::regnamespace \
    AND c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'MEMBER') ORDER BY 2";

const OPEN: &str = "SELECT c.relname::text FROM pg_class c \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'api_key_directory' \
    AND (c.relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute a \
        WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)) \
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid \
        AND p.polname = CASE c.relname WHEN 'tenants' THEN 'changed' ELSE 'tenant' END)) ORDER BY 1";

/// Every breach; none on SQLite, which has one process and no roles. For the role that migrates it says so, of course.
///
/// # Errors
/// [`StorageError`] if the database gave no answer.
pub async fn wall_breaches(db: &SqlDb) -> Result<Vec<WallBreach>, StorageError> {
    if db.backend() != DbBackend::Postgres {
        return Ok(Vec::new());
    }
    let mut breaches = Vec::new();
    for row in rows(db, ROLES).await? {
        let mut cells = Cells::of(&row);
        let role: String = cells.take()?;
        if cells.take()? {
            breaches.push(WallBreach::Superuser(role.clone()));
        }
        if cells.take()? {
            breaches.push(WallBreach::Bypasses(role));
        }
    }
    for row in rows(db, OWNED).await? {
        let mut cells = Cells::of(&row);
        breaches.push(WallBreach::Owner { role: cells.take()?, table: cells.take()? });
    }
    for row in rows(db, OPEN).await? {
        breaches.push(WallBreach::Open(Cells::of(&row).take()?));
    }
    Ok(breaches)
}

async fn rows(db: &SqlDb, sql: &str) -> Result<Vec<sea_orm::QueryResult>, StorageError> {
    db.pool().query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.map_err(storage_error)
}
