//! The steps of the schema, in order, with what each declares of itself. A released line is never changed or moved.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::{
    m0001_tenants, m0002_api_keys, m0003_customers, m0004_orders, m0005_events, m0006_idempotency_keys,
    m0007_row_level_security, m0008_users, m0009_audit_log, m0010_key_ring, m0011_api_key_limits, m0012_audit_seals,
    m0013_pepper_names, m0014_purge,
};

/// When a step may run, seen from the binaries that are running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Only adds; the binary before does not notice.
    Expand,
    /// Fills what was added, in batches of at most 1 000 rows.
    Backfill,
    /// Takes away what no running binary uses any more: one release later, and only when asked for.
    Contract,
}

impl Phase {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Contract => "contract",
        }
    }
}

/// The strongest PostgreSQL lock that a step takes on a table that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockClass {
    /// New tables only.
    None,
    /// `SHARE ROW EXCLUSIVE`, such as by a foreign key to a table in use: reads go on, writes wait.
    ShareRowExclusive,
    /// `ACCESS EXCLUSIVE`: reads and writes wait.
    AccessExclusive,
}

impl LockClass {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ShareRowExclusive => "share row exclusive",
            Self::AccessExclusive => "access exclusive",
        }
    }
}

/// A step of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The file's stem; also the name in the table of migrations.
    pub id: &'static str,
    pub phase: Phase,
    pub reversible: bool,
    pub lock: LockClass,
}

const fn expand(id: &'static str, lock: LockClass) -> Step {
    Step { id, phase: Phase::Expand, reversible: true, lock }
}

/// All steps that this binary knows, oldest first.
pub const STEPS: &[Step] = &[
    expand("m0001_tenants", LockClass::None),
    expand("m0002_api_keys", LockClass::ShareRowExclusive),
    expand("m0003_customers", LockClass::ShareRowExclusive),
    expand("m0004_orders", LockClass::ShareRowExclusive),
    expand("m0005_events", LockClass::None),
    expand("m0006_idempotency_keys", LockClass::None),
    expand("m0007_row_level_security", LockClass::AccessExclusive),
    expand("m0008_users", LockClass::ShareRowExclusive),
    expand("m0009_audit_log", LockClass::None),
    expand("m0010_key_ring", LockClass::AccessExclusive),
    expand("m0011_api_key_limits", LockClass::AccessExclusive),
    expand("m0012_audit_seals", LockClass::AccessExclusive),
    expand("m0013_pepper_names", LockClass::None),
    expand("m0014_purge", LockClass::AccessExclusive),
];

/// The steps in the form that `sea-orm-migration` runs.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_tenants::Migration),
            Box::new(m0002_api_keys::Migration),
            Box::new(m0003_customers::Migration),
            Box::new(m0004_orders::Migration),
            Box::new(m0005_events::Migration),
            Box::new(m0006_idempotency_keys::Migration),
            Box::new(m0007_row_level_security::Migration),
            Box::new(m0008_users::Migration),
            Box::new(m0009_audit_log::Migration),
            Box::new(m0010_key_ring::Migration),
            Box::new(m0011_api_key_limits::Migration),
            Box::new(m0012_audit_seals::Migration),
            Box::new(m0013_pepper_names::Migration),
            Box::new(m0014_purge::Migration),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_and_files_are_the_same_list() {
        let files: Vec<String> = Migrator::migrations().iter().map(|file| file.name().to_owned()).collect();
        let declared: Vec<&str> = STEPS.iter().map(|step| step.id).collect();
        assert_eq!(files, declared);
        assert!(declared.is_sorted());
    }
}
