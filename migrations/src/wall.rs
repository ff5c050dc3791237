//! Row-level security, said once: the wall around a tenant's rows, and what the roles of a server may do. SQLite has neither.

/// Closes a table: everybody, its owner too, sees and writes only rows of the tenant that `app.tenant_id` names. The comparison is
/// bare, for as a sub-select it would be evaluated before a statement that sets the tenant itself has done so (ADR 0011); `nullif`,
/// for a setting that was local to a transaction reads as `''` afterwards.
macro_rules! wall {
    ($table:literal) => {
        concat!(
            "ALTER TABLE ",
            $table,
            " ENABLE ROW LEVEL SECURITY; ALTER TABLE ",
            $table,
            " FORCE ROW LEVEL SECURITY; CREATE POLICY tenant ON ",
            $table,
            " USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)",
            " WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)"
        )
    };
}

/// Takes [`wall`] back.
macro_rules! open {
    ($table:literal) => {
        concat!(
            "DROP POLICY tenant ON ",
            $table,
            "; ALTER TABLE ",
            $table,
            " NO FORCE ROW LEVEL SECURITY; ALTER TABLE ",
            $table,
            " DISABLE ROW LEVEL SECURITY"
        )
    };
}

/// Runs a statement where a role exists: a database by hand has none of them, and its one role needs no rights.
macro_rules! where_role {
    ($role:literal, $statement:literal) => {
        concat!(
            "DO $do$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '",
            $role,
            "') THEN ",
            $statement,
            "; END IF; END $do$"
        )
    };
}

pub(crate) use {open, wall, where_role};
