//! Events: timeline, audit trail and later the feed. No foreign key: they outlive what they tell of.

use crate::sql::{Both, step};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &["CREATE TABLE events (
            tenant_id uuid NOT NULL,
            aggregate_type text NOT NULL,
            aggregate_id uuid NOT NULL,
            sequence bigint NOT NULL CONSTRAINT ck_events_sequence CHECK (sequence >= 1),
            id uuid NOT NULL,
            event_type text NOT NULL,
            schema_version integer NOT NULL CONSTRAINT ck_events_schema_version CHECK (schema_version BETWEEN 1 AND 65535),
            occurred_at bigint NOT NULL,
            actor_kind text NOT NULL,
            actor_id text NOT NULL,
            request_id text NOT NULL,
            data text NOT NULL,
            personal text,
            imported boolean NOT NULL,
            CONSTRAINT pk_events PRIMARY KEY (tenant_id, aggregate_type, aggregate_id, sequence),
            CONSTRAINT uq_events_id UNIQUE (tenant_id, id)
        )"],
    sqlite: &["CREATE TABLE events (
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
            CONSTRAINT pk_events PRIMARY KEY (tenant_id, aggregate_type, aggregate_id, sequence),
            CONSTRAINT uq_events_id UNIQUE (tenant_id, id)
        ) STRICT"],
};

const DOWN: Both = Both { postgres: &["DROP TABLE events"], sqlite: &["DROP TABLE events"] };
