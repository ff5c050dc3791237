//! The audit log of what changes no aggregate; its other half are the events. Rows are only added. No foreign key: it outlives what
//! it tells of.

use crate::sql::{Both, step};
use crate::wall::{wall, where_role};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "CREATE TABLE audit_log (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            occurred_at bigint NOT NULL,
            actor_kind text,
            actor_id text,
            action text NOT NULL,
            target_kind text,
            target_id text,
            outcome text NOT NULL CONSTRAINT ck_audit_log_outcome CHECK (outcome IN ('succeeded', 'failed', 'denied')),
            request_id text NOT NULL,
            network text,
            detail text,
            CONSTRAINT ck_audit_log_actor CHECK ((actor_kind IS NULL) = (actor_id IS NULL)),
            CONSTRAINT ck_audit_log_target CHECK ((target_kind IS NULL) = (target_id IS NULL)),
            CONSTRAINT pk_audit_log PRIMARY KEY (tenant_id, id)
        )",
        "CREATE INDEX ix_audit_log_actor ON audit_log (tenant_id, actor_id, id)",
        "CREATE INDEX ix_audit_log_target ON audit_log (tenant_id, target_id, id)",
        wall!("audit_log"),
        where_role!("orderbase_app", "GRANT SELECT, INSERT ON audit_log TO orderbase_app"),
        where_role!(
            "orderbase_worker",
            "GRANT SELECT ON audit_log TO orderbase_worker;
             CREATE POLICY worker ON audit_log FOR SELECT TO orderbase_worker USING (true)"
        ),
    ],
    sqlite: &[
        "CREATE TABLE audit_log (
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
            CONSTRAINT ck_audit_log_actor CHECK ((actor_kind IS NULL) = (actor_id IS NULL)),
            CONSTRAINT ck_audit_log_target CHECK ((target_kind IS NULL) = (target_id IS NULL)),
            CONSTRAINT pk_audit_log PRIMARY KEY (tenant_id, id)
        ) STRICT",
        "CREATE INDEX ix_audit_log_actor ON audit_log (tenant_id, actor_id, id)",
        "CREATE INDEX ix_audit_log_target ON audit_log (tenant_id, target_id, id)",
    ],
};

const DOWN: Both = Both { postgres: &["DROP TABLE audit_log"], sqlite: &["DROP TABLE audit_log"] };
