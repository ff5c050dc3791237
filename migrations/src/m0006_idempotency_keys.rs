//! Kept answers under idempotency keys, written in the transaction of the effect they tell of.

use crate::sql::{Both, step};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "CREATE TABLE idempotency_keys (
            tenant_id uuid NOT NULL,
            principal_id uuid NOT NULL,
            key text NOT NULL,
            attempt uuid NOT NULL,
            fingerprint bytea NOT NULL CONSTRAINT ck_idempotency_keys_fingerprint CHECK (length(fingerprint) = 32),
            status integer NOT NULL,
            location text,
            etag text,
            body bytea NOT NULL,
            expires_at bigint NOT NULL,
            CONSTRAINT pk_idempotency_keys PRIMARY KEY (tenant_id, principal_id, key)
        )",
        "CREATE INDEX ix_idempotency_keys_expiry ON idempotency_keys (tenant_id, expires_at)",
    ],
    sqlite: &[
        "CREATE TABLE idempotency_keys (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            principal_id BLOB NOT NULL CHECK (length(principal_id) = 16),
            key TEXT NOT NULL,
            attempt BLOB NOT NULL CHECK (length(attempt) = 16),
            fingerprint BLOB NOT NULL CONSTRAINT ck_idempotency_keys_fingerprint CHECK (length(fingerprint) = 32),
            status INTEGER NOT NULL,
            location TEXT,
            etag TEXT,
            body BLOB NOT NULL,
            expires_at INTEGER NOT NULL,
            CONSTRAINT pk_idempotency_keys PRIMARY KEY (tenant_id, principal_id, key)
        ) STRICT",
        "CREATE INDEX ix_idempotency_keys_expiry ON idempotency_keys (tenant_id, expires_at)",
    ],
};

const DOWN: Both = Both { postgres: &["DROP TABLE idempotency_keys"], sqlite: &["DROP TABLE idempotency_keys"] };
