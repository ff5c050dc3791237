//! Who still needs a pepper that was retired, over all tenants: whatever would be worthless without it, by the database's clock.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use orderbase_application::ports::StorageError;
use orderbase_kernel::Timestamp;
use orderbase_tenancy::TicketPurpose;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::connect::SqlDb;
use super::errors::storage_error;
use super::rows::Cells;

const POSTGRES_OF_KEYS: &str = "SELECT of_keys, of_sessions, of_tickets FROM key_pepper_needs_v1($1, $2, $3, $4, $5)";
const POSTGRES_OF_PASSWORDS: &str = "SELECT of_users, of_operators FROM password_pepper_needs_v1($1)";

/// As the functions of the schema count.
const SQLITE_OF_KEYS: &str = "WITH now(at) AS (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)), \
    open(id) AS (SELECT id FROM tenants WHERE status <> 'closed') SELECT \
    (SELECT count(*) FROM open t, now CROSS JOIN api_keys k WHERE k.tenant_id = t.id \
        AND k.revoked_at IS NULL AND ifnull(k.expires_at > at, 1) AND EXISTS (SELECT 1 FROM json_each(k.secrets) s \
        WHERE ifnull(s.value ->> 'pepper', $1) = $1 AND ifnull(s.value ->> 'valid_until' > at, 1))), \
    (SELECT count(*) FROM open t, now CROSS JOIN sessions s WHERE s.tenant_id = t.id \
        AND s.revoked_at IS NULL AND s.expires_at > at AND s.used_at > at - $3 AND s.used_at < $2), \
    (SELECT count(*) FROM open t, now CROSS JOIN tickets k WHERE k.tenant_id = t.id AND k.used_at IS NULL \
        AND k.expires_at > at AND k.expires_at < $2 + CASE k.purpose WHEN 'invitation' THEN $4 ELSE $5 END)";
const SQLITE_OF_PASSWORDS: &str = "SELECT \
    (SELECT count(*) FROM tenants t CROSS JOIN user_credentials c WHERE t.status <> 'closed' AND c.tenant_id = t.id \
        AND instr(c.phc, ',keyid=' || $1 || '$') > 0), \
    (SELECT count(*) FROM operators o WHERE instr(o.phc, ',keyid=' || $1 || '$') > 0)";

/// What was hashed under a pepper of API keys and can still be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyPepperNeeds {
    /// With a secret that names the pepper, or none.
    pub api_keys: u64,
    /// That were not refreshed since.
    pub sessions: u64,
    /// Invitations and password resets.
    pub tickets: u64,
}

/// Passwords that were hashed under a pepper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordPepperNeeds {
    pub users: u64,
    pub operators: u64,
}

/// Who needs the pepper `kid` of API keys. Sessions and tickets do not name theirs: those count that were made before `before`, when the
/// last instance had taken over the next one. `idle_secs` is how long a session lives without use.
///
/// # Errors
/// [`StorageError`] if the storage gave no answer.
pub async fn of_key_pepper(
    db: &SqlDb,
    kid: &str,
    before: Timestamp,
    idle_secs: u32,
) -> Result<KeyPepperNeeds, StorageError> {
    let millis = |secs: u32| i64::from(secs) * 1_000;
    let values = [
        kid.into(),
        before.millis().into(),
        millis(idle_secs).into(),
        millis(TicketPurpose::Invitation.life_secs()).into(),
        millis(TicketPurpose::PasswordReset.life_secs()).into(),
    ];
    let row = counted(db, [POSTGRES_OF_KEYS, SQLITE_OF_KEYS], values).await?;
    let mut cells = Cells::of(&row);
    Ok(KeyPepperNeeds { api_keys: count(&mut cells)?, sessions: count(&mut cells)?, tickets: count(&mut cells)? })
}

/// Who needs the pepper `kid` of passwords: those who may not sign in at present too, for they may be let in again.
///
/// # Errors
/// [`StorageError`] if the storage gave no answer.
pub async fn of_password_pepper(db: &SqlDb, kid: &str) -> Result<PasswordPepperNeeds, StorageError> {
    // As it stands in a PHC string.
    let keyid = STANDARD_NO_PAD.encode(kid);
    let row = counted(db, [POSTGRES_OF_PASSWORDS, SQLITE_OF_PASSWORDS], [keyid.into()]).await?;
    let mut cells = Cells::of(&row);
    Ok(PasswordPepperNeeds { users: count(&mut cells)?, operators: count(&mut cells)? })
}

/// The one row of the statement; the functions set tenants, so on PostgreSQL it is sent as one that writes.
async fn counted<const N: usize>(
    db: &SqlDb,
    [postgres, sqlite]: [&str; 2],
    values: [Value; N],
) -> Result<QueryResult, StorageError> {
    let backend = db.backend();
    let row = match db.writer() {
        Some(_) => db.reads().query_one_raw(Statement::from_sql_and_values(backend, sqlite, values)).await,
        None => db.reads().write_one(Statement::from_sql_and_values(backend, postgres, values)).await,
    };
    let row = row.map_err(storage_error)?;
    row.ok_or_else(|| storage_error(DbErr::RecordNotFound("a statement of counts has one row".to_owned())))
}

fn count(cells: &mut Cells<'_>) -> Result<u64, StorageError> {
    let count: i64 = cells.take()?;
    u64::try_from(count).map_err(|_| storage_error(DbErr::Type("a count is below zero".to_owned())))
}
