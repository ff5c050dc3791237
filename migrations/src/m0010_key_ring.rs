//! The platform's own: keys that are made here and kept enveloped, and who runs it. Neither belongs to a tenant. And a mark on kept
//! answers whose body is enveloped because it shows a credential.

use crate::sql::{Both, step};
use crate::wall::where_role;

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "CREATE TABLE key_ring (
            purpose text NOT NULL CONSTRAINT ck_key_ring_purpose CHECK
                (purpose IN ('jwt', 'api_key_pepper', 'password_pepper', 'cursor', 'throttle', 'audit_seal')),
            kid text NOT NULL CONSTRAINT ck_key_ring_kid CHECK (length(kid) BETWEEN 1 AND 32),
            state text NOT NULL CONSTRAINT ck_key_ring_state CHECK (state IN ('published', 'signing', 'retired')),
            since bigint NOT NULL,
            enveloped bytea NOT NULL,
            CONSTRAINT pk_key_ring PRIMARY KEY (purpose, kid),
            CONSTRAINT uq_key_ring_state UNIQUE (purpose, state)
        )",
        "CREATE TABLE operators (
            id uuid NOT NULL CONSTRAINT pk_operators PRIMARY KEY,
            email text NOT NULL CONSTRAINT uq_operators_email UNIQUE,
            phc text NOT NULL,
            epoch bigint NOT NULL CONSTRAINT ck_operators_epoch CHECK (epoch BETWEEN 0 AND 4294967295),
            disabled_at bigint,
            created_at bigint NOT NULL,
            version bigint NOT NULL CONSTRAINT ck_operators_version CHECK (version >= 1),
            is_first boolean NOT NULL
        )",
        // Two who want to be the first meet here.
        "CREATE UNIQUE INDEX uq_operators_first ON operators (is_first) WHERE is_first",
        "ALTER TABLE idempotency_keys ADD COLUMN enveloped boolean NOT NULL DEFAULT false",
        where_role!("orderbase_app", "GRANT SELECT, INSERT, UPDATE, DELETE ON key_ring, operators TO orderbase_app"),
        where_role!("orderbase_worker", "GRANT SELECT ON key_ring TO orderbase_worker"),
    ],
    sqlite: &[
        "CREATE TABLE key_ring (
            purpose TEXT NOT NULL CONSTRAINT ck_key_ring_purpose CHECK
                (purpose IN ('jwt', 'api_key_pepper', 'password_pepper', 'cursor', 'throttle', 'audit_seal')),
            kid TEXT NOT NULL CONSTRAINT ck_key_ring_kid CHECK (length(kid) BETWEEN 1 AND 32),
            state TEXT NOT NULL CONSTRAINT ck_key_ring_state CHECK (state IN ('published', 'signing', 'retired')),
            since INTEGER NOT NULL,
            enveloped BLOB NOT NULL,
            CONSTRAINT pk_key_ring PRIMARY KEY (purpose, kid),
            CONSTRAINT uq_key_ring_state UNIQUE (purpose, state)
        ) STRICT",
        "CREATE TABLE operators (
            id BLOB NOT NULL CONSTRAINT pk_operators PRIMARY KEY CHECK (length(id) = 16),
            email TEXT NOT NULL CONSTRAINT uq_operators_email UNIQUE,
            phc TEXT NOT NULL,
            epoch INTEGER NOT NULL CONSTRAINT ck_operators_epoch CHECK (epoch BETWEEN 0 AND 4294967295),
            disabled_at INTEGER,
            created_at INTEGER NOT NULL,
            version INTEGER NOT NULL CONSTRAINT ck_operators_version CHECK (version >= 1),
            is_first INTEGER NOT NULL CHECK (is_first IN (0, 1))
        ) STRICT",
        "CREATE UNIQUE INDEX uq_operators_first ON operators (is_first) WHERE is_first",
        "ALTER TABLE idempotency_keys ADD COLUMN enveloped INTEGER NOT NULL DEFAULT 0 CHECK (enveloped IN (0, 1))",
    ],
};

const DOWN: Both = Both {
    postgres: &["ALTER TABLE idempotency_keys DROP COLUMN enveloped", "DROP TABLE operators", "DROP TABLE key_ring"],
    sqlite: &["ALTER TABLE idempotency_keys DROP COLUMN enveloped", "DROP TABLE operators", "DROP TABLE key_ring"],
};
