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
    #[error("the role {role} is a member of {of}, which policies do not hold to a tenant; take that away")]
    Member { role: String, of: String },
    #[error("the table {0} has a tenant and lacks its policy, or does not force it")]
    Open(String),
    #[error("the policy {policy} of the table {table} is not that of its tenant and lets the role see more; drop it")]
    Widened { table: String, policy: String },
}

/// The role that is, and the role that signed in: what the second may do, the first may come to do.
const ROLES: &str =
    "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname IN (current_user, session_user)";

const OWNED: &str = "SELECT r.rolname::text, c.relname::text FROM pg_class c, pg_roles r \
    WHERE r.rolname IN (current_user, session_user) AND NOT r.rolsuper AND c.relnamespace = 'public'::regnamespace \
    AND c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'MEMBER') ORDER BY 2";

const MEMBER: &str = "SELECT r.rolname::text, m.rolname::text FROM pg_roles r, pg_roles m \
    WHERE r.rolname IN (current_user, session_user) AND NOT r.rolsuper AND m.oid <> r.oid \
    AND (m.rolsuper OR m.rolbypassrls OR m.rolname = 'orderbase_worker') AND pg_has_role(r.oid, m.oid, 'MEMBER') \
    ORDER BY 1, 2";

/// Policies are alternatives to each other: one more that holds for the role, by whatever way it came to it, opens the table.
const POLICIES: &str = "SELECT c.relname::text, p.polname::text, p.polcmd::text, \
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid) \
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'api_key_directory' AND p.polpermissive \
    AND (c.relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute a \
        WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)) \
    AND EXISTS (SELECT FROM pg_roles r, unnest(p.polroles) AS held (oid) \
        WHERE r.rolname IN (current_user, session_user) AND NOT r.rolsuper \
        AND (held.oid = 0 OR pg_has_role(r.oid, held.oid, 'MEMBER'))) ORDER BY 1, 2";

const OPEN: &str = "SELECT c.relname::text FROM pg_class c \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'api_key_directory' \
    AND (c.relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute a \
        WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)) \
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid \
        AND p.polname = CASE c.relname WHEN 'tenants' THEN 'changed' ELSE 'tenant' END)) ORDER BY 1";

/// The policies' conditions as [`bare`] leaves them.
const OWN_ROWS: &str = "tenant_id=nullifcurrent_setting'app.tenant_id',true,''::uuid";
const OWN_TENANT: &str = "id=nullifcurrent_setting'app.tenant_id',true,''::uuid";

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
    for row in rows(db, MEMBER).await? {
        let mut cells = Cells::of(&row);
        breaches.push(WallBreach::Member { role: cells.take()?, of: cells.take()? });
    }
    for row in rows(db, OPEN).await? {
        breaches.push(WallBreach::Open(Cells::of(&row).take()?));
    }
    for row in rows(db, POLICIES).await? {
        let mut cells = Cells::of(&row);
        let (table, policy): (String, String) = (cells.take()?, cells.take()?);
        let command: String = cells.take()?;
        let (rows, new_rows): (Option<String>, Option<String>) = (cells.take()?, cells.take()?);
        if !is_expected(&table, &policy, &command, rows.as_deref(), new_rows.as_deref()) {
            breaches.push(WallBreach::Widened { table, policy });
        }
    }
    Ok(breaches)
}

/// Whether the policy is one that a migration made, in what it says too and not in its name alone.
fn is_expected(table: &str, policy: &str, command: &str, rows: Option<&str>, new_rows: Option<&str>) -> bool {
    let (rows, new_rows) = (rows.map(bare), new_rows.map(bare));
    let (rows, new_rows) = (rows.as_deref(), new_rows.as_deref());
    match (table, policy, command) {
        ("tenants", "found", "r") => rows == Some("true") && new_rows.is_none(),
        ("tenants", "founded", "a") => rows.is_none() && new_rows == Some(OWN_TENANT),
        ("tenants", "changed", "w") => rows == Some(OWN_TENANT) && new_rows == Some(OWN_TENANT),
        ("tenants", ..) => false,
        (_, "tenant", "*") => rows == Some(OWN_ROWS) && new_rows == Some(OWN_ROWS),
        _ => false,
    }
}

/// An expression without blanks, brackets and casts of text: versions of the server differ in them.
fn bare(expression: &str) -> String {
    let text: String = expression.chars().filter(|char| !char.is_whitespace() && !matches!(char, '(' | ')')).collect();
    text.replace("::text", "").to_lowercase()
}

async fn rows(db: &SqlDb, sql: &str) -> Result<Vec<sea_orm::QueryResult>, StorageError> {
    db.pool().query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.map_err(storage_error)
}
