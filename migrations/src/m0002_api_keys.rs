//! API keys, and the directory that finds the key of a secret. The directory has no tenant: the tenant is what it is asked for.

use crate::sql::{Both, step};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "CREATE TABLE api_keys (
            tenant_id uuid NOT NULL CONSTRAINT fk_api_keys_tenant REFERENCES tenants (id),
            id uuid NOT NULL,
            name text NOT NULL,
            scopes text NOT NULL,
            secrets text NOT NULL,
            expires_at bigint,
            revoked_at bigint,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL,
            version bigint NOT NULL CONSTRAINT ck_api_keys_version CHECK (version >= 1),
            CONSTRAINT pk_api_keys PRIMARY KEY (tenant_id, id)
        )",
        "CREATE TABLE api_key_directory (
            secret_hash bytea NOT NULL CONSTRAINT pk_api_key_directory PRIMARY KEY
                CONSTRAINT ck_api_key_directory_hash CHECK (length(secret_hash) = 32),
            tenant_id uuid NOT NULL,
            api_key_id uuid NOT NULL
        )",
        "CREATE INDEX ix_api_key_directory_key ON api_key_directory (tenant_id, api_key_id)",
    ],
    sqlite: &[
        "CREATE TABLE api_keys (
            tenant_id BLOB NOT NULL CONSTRAINT fk_api_keys_tenant REFERENCES tenants (id),
            id BLOB NOT NULL CHECK (length(id) = 16),
            name TEXT NOT NULL,
            scopes TEXT NOT NULL,
            secrets TEXT NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            version INTEGER NOT NULL CONSTRAINT ck_api_keys_version CHECK (version >= 1),
            CONSTRAINT pk_api_keys PRIMARY KEY (tenant_id, id)
        ) STRICT",
        "CREATE TABLE api_key_directory (
            secret_hash BLOB NOT NULL CONSTRAINT pk_api_key_directory PRIMARY KEY
                CONSTRAINT ck_api_key_directory_hash CHECK (length(secret_hash) = 32),
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            api_key_id BLOB NOT NULL CHECK (length(api_key_id) = 16)
        ) STRICT, WITHOUT ROWID",
        "CREATE INDEX ix_api_key_directory_key ON api_key_directory (tenant_id, api_key_id)",
    ],
};

const DOWN: Both = Both {
    postgres: &["DROP TABLE api_key_directory", "DROP TABLE api_keys"],
    sqlite: &["DROP TABLE api_key_directory", "DROP TABLE api_keys"],
};
