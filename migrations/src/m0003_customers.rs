//! Customers. Email and reference are unique per tenant where present.

use crate::sql::{Both, step};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "CREATE TABLE customers (
            tenant_id uuid NOT NULL CONSTRAINT fk_customers_tenant REFERENCES tenants (id),
            id uuid NOT NULL,
            name text NOT NULL,
            email text,
            external_reference text,
            status text NOT NULL CONSTRAINT ck_customers_status CHECK (status IN ('active', 'inactive')),
            metadata text NOT NULL,
            anonymised_at bigint,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL,
            version bigint NOT NULL CONSTRAINT ck_customers_version CHECK (version >= 1),
            CONSTRAINT pk_customers PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_customers_anonymised CHECK (anonymised_at IS NULL OR status = 'inactive')
        )",
        "CREATE UNIQUE INDEX uq_customers_email ON customers (tenant_id, email) WHERE email IS NOT NULL",
        "CREATE UNIQUE INDEX uq_customers_external_reference ON customers (tenant_id, external_reference)
            WHERE external_reference IS NOT NULL",
    ],
    sqlite: &[
        "CREATE TABLE customers (
            tenant_id BLOB NOT NULL CONSTRAINT fk_customers_tenant REFERENCES tenants (id),
            id BLOB NOT NULL CHECK (length(id) = 16),
            name TEXT NOT NULL,
            email TEXT,
            external_reference TEXT,
            status TEXT NOT NULL CONSTRAINT ck_customers_status CHECK (status IN ('active', 'inactive')),
            metadata TEXT NOT NULL,
            anonymised_at INTEGER,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            version INTEGER NOT NULL CONSTRAINT ck_customers_version CHECK (version >= 1),
            CONSTRAINT pk_customers PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_customers_anonymised CHECK (anonymised_at IS NULL OR status = 'inactive')
        ) STRICT",
        "CREATE UNIQUE INDEX uq_customers_email ON customers (tenant_id, email) WHERE email IS NOT NULL",
        "CREATE UNIQUE INDEX uq_customers_external_reference ON customers (tenant_id, external_reference)
            WHERE external_reference IS NOT NULL",
    ],
};

const DOWN: Both = Both { postgres: &["DROP TABLE customers"], sqlite: &["DROP TABLE customers"] };
