//! What the database's errors mean: by SQLSTATE, by SQLite's result code, and by the name of a constraint. One table of each.

use orderbase_application::changeset::Unique;
use orderbase_application::ports::StorageError;
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::sqlx::error::{DatabaseError, ErrorKind};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// The kinds of failure that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A serialisation failure or deadlock: the same transaction may pass when tried again.
    Again,
    /// A lock was not had within `lock_timeout`.
    Locked,
    /// No connection, no room or no time.
    Busy,
    /// The connection is lost, or was never had.
    Lost,
    /// The connection is in a state it should not be in and must not be lent again.
    Poisoned,
    /// A constraint of the table below.
    Broken(Constraint),
    /// Anything else: ours.
    Other,
}

/// What a broken constraint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constraint {
    Taken(Unique),
    /// The row is there already: somebody was faster.
    Exists,
    /// An order names a customer that is not there.
    NoCustomer,
}

/// The constraints that a changeset can meet: PostgreSQL's name, SQLite's words, meaning.
const CONSTRAINTS: &[(&str, &str, Constraint)] = &[
    ("uq_orders_number", "orders.tenant_id, orders.number", Constraint::Taken(Unique::OrderNumber)),
    (
        "uq_orders_external_reference",
        "orders.tenant_id, orders.external_reference",
        Constraint::Taken(Unique::OrderExternalReference),
    ),
    ("uq_customers_email", "customers.tenant_id, customers.email", Constraint::Taken(Unique::CustomerEmail)),
    (
        "uq_customers_external_reference",
        "customers.tenant_id, customers.external_reference",
        Constraint::Taken(Unique::CustomerExternalReference),
    ),
    ("uq_users_email", "users.tenant_id, users.email", Constraint::Taken(Unique::UserEmail)),
    ("uq_tenants_slug", "tenants.slug", Constraint::Taken(Unique::TenantSlug)),
    ("pk_tenants", "tenants.id", Constraint::Exists),
    ("pk_api_keys", "api_keys.tenant_id, api_keys.id", Constraint::Exists),
    ("pk_users", "users.tenant_id, users.id", Constraint::Exists),
    ("pk_user_credentials", "user_credentials.tenant_id, user_credentials.user_id", Constraint::Exists),
    ("pk_sessions", "sessions.tenant_id, sessions.id", Constraint::Exists),
    ("pk_tickets", "tickets.tenant_id, tickets.token_hash", Constraint::Exists),
    ("pk_audit_log", "audit_log.tenant_id, audit_log.id", Constraint::Exists),
    ("pk_customers", "customers.tenant_id, customers.id", Constraint::Exists),
    ("pk_orders", "orders.tenant_id, orders.id", Constraint::Exists),
    ("pk_events", "events.tenant_id, events.aggregate_type, events.aggregate_id, events.sequence", Constraint::Exists),
    // SQLite names no foreign key; the only one that the order of inserts does not already keep is the order's customer.
    ("fk_orders_customer", "FOREIGN KEY constraint failed", Constraint::NoCustomer),
];

/// Tells what kind of failure it is.
pub(super) fn failure(error: &DbErr) -> Failure {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Failure::Busy,
        DbErr::ConnectionAcquire(_) => Failure::Lost,
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => of_sqlx(error),
        _ => Failure::Other,
    }
}

/// A failed read, as the ports tell it.
pub(super) fn storage_error(error: DbErr) -> StorageError {
    match failure(&error) {
        Failure::Again | Failure::Locked | Failure::Busy => StorageError::Busy,
        Failure::Lost => StorageError::Unavailable(error.into()),
        Failure::Poisoned | Failure::Broken(_) | Failure::Other => StorageError::Failed(error.into()),
    }
}

fn of_sqlx(error: &SqlxError) -> Failure {
    match error {
        SqlxError::PoolTimedOut => Failure::Busy,
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::Protocol(_)
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed
        | SqlxError::BeginFailed => Failure::Lost,
        SqlxError::InvalidSavePointStatement => Failure::Poisoned,
        SqlxError::Database(error) => of_database(error.as_ref()),
        _ => Failure::Other,
    }
}

fn of_database(error: &dyn DatabaseError) -> Failure {
    let is_ours = matches!(error.kind(), ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation);
    if let Some(constraint) = is_ours.then(|| constraint(error)).flatten() {
        return Failure::Broken(constraint);
    }
    let code = error.code().unwrap_or_default();
    match code.parse::<u32>() {
        // SQLite's codes are short numbers, SQLSTATEs have five characters.
        Ok(number) if code.len() < 5 => of_sqlite(number),
        _ => of_sqlstate(&code),
    }
}

/// PostgreSQL, appendix A of its manual.
fn of_sqlstate(code: &str) -> Failure {
    match code {
        "40001" | "40P01" => Failure::Again,
        "55P03" => Failure::Locked,
        // Cancelled by statement_timeout; too many connections; out of memory, disk or other resources.
        "57014" | "53000" | "53100" | "53200" | "53300" | "53400" => Failure::Busy,
        // A failed or an unexpected transaction; one that was cut for idling.
        "25P02" | "25001" => Failure::Poisoned,
        // Shut down, crashed, not up yet, cut for idling; a standby that took over as a reader's.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25006" => Failure::Lost,
        class if class.starts_with("08") => Failure::Lost,
        _ => Failure::Other,
    }
}

/// SQLite's result codes; the low byte is the primary one (sqlite.org/rescode.html).
fn of_sqlite(code: u32) -> Failure {
    match code & 0xff {
        5 | 6 => Failure::Busy,
        // Read-only file, disk error, disk full, file not to be opened.
        8 | 10 | 13 | 14 => Failure::Lost,
        _ => Failure::Other,
    }
}

fn constraint(error: &dyn DatabaseError) -> Option<Constraint> {
    let meaning = |found: &(&str, &str, Constraint)| found.2;
    match error.constraint() {
        Some(name) => CONSTRAINTS.iter().find(|(known, _, _)| *known == name).map(meaning),
        None => {
            let message = error.message();
            CONSTRAINTS.iter().find(|(_, words, _)| message.ends_with(words)).map(meaning)
        }
    }
}
