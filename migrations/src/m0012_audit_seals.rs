//! Seals over the audit trail (ADR 0013), and when each of its rows was recorded: by the database's clock, when the transaction that
//! wrote it began. Writers do not name that column. Rows of before bear the time of this step.
//!
//! SQLite adds no column whose default is a function, so both tables are made anew there.

use crate::sql::{Both, step};
use crate::wall::{wall, where_role};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "ALTER TABLE events ADD COLUMN recorded_at bigint NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::bigint",
        "ALTER TABLE audit_log ADD COLUMN recorded_at bigint NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::bigint",
        "CREATE INDEX ix_events_recorded ON events (tenant_id, recorded_at, id)",
        "CREATE INDEX ix_audit_log_recorded ON audit_log (tenant_id, recorded_at, id)",
        "CREATE TABLE audit_seals (
            tenant_id uuid NOT NULL,
            seq bigint NOT NULL CONSTRAINT ck_audit_seals_seq CHECK (seq >= 1),
            upto bigint NOT NULL,
            count bigint NOT NULL CONSTRAINT ck_audit_seals_count CHECK (count >= 1),
            sha256 bytea NOT NULL CONSTRAINT ck_audit_seals_sha256 CHECK (length(sha256) = 32),
            previous bytea NOT NULL CONSTRAINT ck_audit_seals_previous CHECK (length(previous) = 32),
            kid text NOT NULL,
            signature bytea NOT NULL CONSTRAINT ck_audit_seals_signature CHECK (length(signature) = 32),
            sealed_at bigint NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::bigint,
            CONSTRAINT pk_audit_seals PRIMARY KEY (tenant_id, seq)
        )",
        wall!("audit_seals"),
        // Which tenants have rows that no seal covers, and up to when they may be sealed: they are at least so old, and were not
        // written by a transaction that still runs. (A role sees when its own transactions began; only the server's writes such rows.)
        "CREATE FUNCTION unsealed_tenants_v1(age_millis bigint) RETURNS TABLE (unsealed_of uuid, bound bigint)
         LANGUAGE plpgsql AS $unsealed$
         DECLARE
            sealed bigint;
         BEGIN
            SELECT least((extract(epoch FROM now()) * 1000)::bigint - age_millis,
                min((extract(epoch FROM a.xact_start) * 1000)::bigint) - 1) INTO bound
            FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid();
            FOR unsealed_of IN SELECT t.id FROM tenants t ORDER BY t.id LOOP
                PERFORM set_config('app.tenant_id', unsealed_of::text, true);
                SELECT s.upto INTO sealed FROM audit_seals s WHERE s.tenant_id = unsealed_of ORDER BY s.seq DESC LIMIT 1;
                sealed := coalesce(sealed, (-9223372036854775808)::bigint);
                IF EXISTS (SELECT FROM audit_log l
                        WHERE l.tenant_id = unsealed_of AND l.recorded_at > sealed AND l.recorded_at <= bound)
                    OR EXISTS (SELECT FROM events e
                        WHERE e.tenant_id = unsealed_of AND e.recorded_at > sealed AND e.recorded_at <= bound) THEN
                    RETURN NEXT;
                END IF;
            END LOOP;
            PERFORM set_config('app.tenant_id', '', true);
         END $unsealed$",
        // The server does not say itself when a row was recorded.
        where_role!(
            "orderbase_app",
            "GRANT SELECT, INSERT ON audit_seals TO orderbase_app;
             REVOKE INSERT ON events, audit_log FROM orderbase_app;
             GRANT INSERT (tenant_id, aggregate_type, aggregate_id, sequence, id, event_type, schema_version, occurred_at,
                actor_kind, actor_id, request_id, data, personal, imported) ON events TO orderbase_app;
             GRANT INSERT (tenant_id, id, occurred_at, actor_kind, actor_id, action, target_kind, target_id, outcome,
                request_id, network, detail) ON audit_log TO orderbase_app"
        ),
        // Networks are erased by age (security.md rule 54), and left out of the seals for that.
        "CREATE INDEX ix_audit_log_network ON audit_log (tenant_id, recorded_at) WHERE network IS NOT NULL",
        "CREATE FUNCTION sweep_networks_v1(rows_max bigint, recorded_before bigint) RETURNS bigint LANGUAGE plpgsql AS $sweep$
         DECLARE
            of uuid;
            gone bigint;
            total bigint := 0;
         BEGIN
            FOR of IN SELECT id FROM tenants ORDER BY id LOOP
                PERFORM set_config('app.tenant_id', of::text, true);
                WITH old AS MATERIALIZED (
                    SELECT l.id FROM audit_log l
                    WHERE l.tenant_id = of AND l.network IS NOT NULL AND l.recorded_at < recorded_before
                    LIMIT rows_max - total FOR UPDATE SKIP LOCKED
                )
                UPDATE audit_log l SET network = NULL FROM old o WHERE l.tenant_id = of AND l.id = o.id;
                GET DIAGNOSTICS gone = ROW_COUNT;
                total := total + gone;
                EXIT WHEN total >= rows_max;
            END LOOP;
            PERFORM set_config('app.tenant_id', '', true);
            RETURN total;
         END $sweep$",
        where_role!("orderbase_app", "GRANT UPDATE (network) ON audit_log TO orderbase_app"),
        where_role!(
            "orderbase_worker",
            "GRANT SELECT, INSERT ON audit_seals TO orderbase_worker;
             CREATE POLICY worker ON audit_seals TO orderbase_worker USING (true) WITH CHECK (true)"
        ),
    ],
    sqlite: &[
        "CREATE TABLE events_recorded (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            aggregate_type TEXT NOT NULL,
            aggregate_id BLOB NOT NULL CHECK (length(aggregate_id) = 16),
            sequence INTEGER NOT NULL CONSTRAINT ck_events_sequence CHECK (sequence >= 1),
            id BLOB NOT NULL CHECK (length(id) = 16),
            event_type TEXT NOT NULL,
            schema_version INTEGER NOT NULL CONSTRAINT ck_events_schema_version CHECK (schema_version BETWEEN 1 AND 65535),
            occurred_at INTEGER NOT NULL,
            actor_kind TEXT NOT NULL,
            actor_id TEXT NOT NULL,
            request_id TEXT NOT NULL,
            data TEXT NOT NULL,
            personal TEXT,
            imported INTEGER NOT NULL CHECK (imported IN (0, 1)),
            recorded_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
            CONSTRAINT pk_events PRIMARY KEY (tenant_id, aggregate_type, aggregate_id, sequence),
            CONSTRAINT uq_events_id UNIQUE (tenant_id, id)
        ) STRICT",
        "INSERT INTO events_recorded (tenant_id, aggregate_type, aggregate_id, sequence, id, event_type, schema_version,
            occurred_at, actor_kind, actor_id, request_id, data, personal, imported)
         SELECT tenant_id, aggregate_type, aggregate_id, sequence, id, event_type, schema_version,
            occurred_at, actor_kind, actor_id, request_id, data, personal, imported FROM events",
        "DROP TABLE events",
        "ALTER TABLE events_recorded RENAME TO events",
        "CREATE INDEX ix_events_recorded ON events (tenant_id, recorded_at, id)",
        "CREATE TABLE audit_log_recorded (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            id BLOB NOT NULL CHECK (length(id) = 16),
            occurred_at INTEGER NOT NULL,
            actor_kind TEXT,
            actor_id TEXT,
            action TEXT NOT NULL,
            target_kind TEXT,
            target_id TEXT,
            outcome TEXT NOT NULL CONSTRAINT ck_audit_log_outcome CHECK (outcome IN ('succeeded', 'failed', 'denied')),
            request_id TEXT NOT NULL,
            network TEXT,
            detail TEXT,
            recorded_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
            CONSTRAINT ck_audit_log_actor CHECK ((actor_kind IS NULL) = (actor_id IS NULL)),
            CONSTRAINT ck_audit_log_target CHECK ((target_kind IS NULL) = (target_id IS NULL)),
            CONSTRAINT pk_audit_log PRIMARY KEY (tenant_id, id)
        ) STRICT",
        "INSERT INTO audit_log_recorded (tenant_id, id, occurred_at, actor_kind, actor_id, action, target_kind, target_id,
            outcome, request_id, network, detail)
         SELECT tenant_id, id, occurred_at, actor_kind, actor_id, action, target_kind, target_id,
            outcome, request_id, network, detail FROM audit_log",
        "DROP TABLE audit_log",
        "ALTER TABLE audit_log_recorded RENAME TO audit_log",
        "CREATE INDEX ix_audit_log_actor ON audit_log (tenant_id, actor_id, id)",
        "CREATE INDEX ix_audit_log_target ON audit_log (tenant_id, target_id, id)",
        "CREATE INDEX ix_audit_log_recorded ON audit_log (tenant_id, recorded_at, id)",
        "CREATE INDEX ix_audit_log_network ON audit_log (tenant_id, recorded_at) WHERE network IS NOT NULL",
        "CREATE TABLE audit_seals (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            seq INTEGER NOT NULL CONSTRAINT ck_audit_seals_seq CHECK (seq >= 1),
            upto INTEGER NOT NULL,
            count INTEGER NOT NULL CONSTRAINT ck_audit_seals_count CHECK (count >= 1),
            sha256 BLOB NOT NULL CONSTRAINT ck_audit_seals_sha256 CHECK (length(sha256) = 32),
            previous BLOB NOT NULL CONSTRAINT ck_audit_seals_previous CHECK (length(previous) = 32),
            kid TEXT NOT NULL,
            signature BLOB NOT NULL CONSTRAINT ck_audit_seals_signature CHECK (length(signature) = 32),
            sealed_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
            CONSTRAINT pk_audit_seals PRIMARY KEY (tenant_id, seq)
        ) STRICT",
    ],
};

const DOWN: Both = Both {
    postgres: &[
        where_role!(
            "orderbase_app",
            "REVOKE INSERT ON events, audit_log FROM orderbase_app; REVOKE UPDATE (network) ON audit_log FROM orderbase_app;
             GRANT INSERT ON events, audit_log TO orderbase_app"
        ),
        "DROP FUNCTION sweep_networks_v1",
        "DROP INDEX ix_audit_log_network",
        "DROP FUNCTION unsealed_tenants_v1",
        "DROP TABLE audit_seals",
        "ALTER TABLE audit_log DROP COLUMN recorded_at",
        "ALTER TABLE events DROP COLUMN recorded_at",
    ],
    sqlite: &[
        "DROP TABLE audit_seals",
        "DROP INDEX ix_audit_log_network",
        "DROP INDEX ix_audit_log_recorded",
        "ALTER TABLE audit_log DROP COLUMN recorded_at",
        "DROP INDEX ix_events_recorded",
        "ALTER TABLE events DROP COLUMN recorded_at",
    ],
};
