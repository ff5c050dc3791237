//! Tenants, and the counters that give out order numbers and hold quotas.

use crate::sql::{Both, step};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "CREATE TABLE tenants (
            id uuid NOT NULL CONSTRAINT pk_tenants PRIMARY KEY,
            slug text NOT NULL CONSTRAINT uq_tenants_slug UNIQUE,
            name text NOT NULL,
            mode text NOT NULL CONSTRAINT ck_tenants_mode CHECK (mode IN ('live', 'sandbox')),
            status text NOT NULL
                CONSTRAINT ck_tenants_status CHECK (status IN ('trial', 'active', 'suspended', 'closed')),
            trial_ends_at bigint,
            suspended_at bigint,
            suspension_reason text,
            closed_at bigint,
            purge_after bigint,
            plan text NOT NULL CONSTRAINT ck_tenants_plan CHECK (plan IN ('free', 'pro', 'enterprise')),
            overrides text,
            time_zone text NOT NULL,
            allowed_currencies text NOT NULL,
            default_currency text NOT NULL CONSTRAINT ck_tenants_currency CHECK (length(default_currency) = 3),
            order_prefix text NOT NULL,
            first_order_number bigint NOT NULL CONSTRAINT ck_tenants_first_number CHECK (first_order_number >= 1),
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL,
            version bigint NOT NULL CONSTRAINT ck_tenants_version CHECK (version >= 1)
        )",
        "CREATE TABLE tenant_counters (
            tenant_id uuid NOT NULL,
            kind text NOT NULL CONSTRAINT ck_tenant_counters_kind
                CHECK (kind IN ('orders', 'customers', 'users', 'api_keys', 'webhooks')),
            next_value bigint NOT NULL DEFAULT 0,
            period integer NOT NULL DEFAULT 0,
            used bigint NOT NULL DEFAULT 0 CONSTRAINT ck_tenant_counters_used CHECK (used >= 0),
            granted bigint NOT NULL DEFAULT 0,
            CONSTRAINT pk_tenant_counters PRIMARY KEY (tenant_id, kind)
        )",
    ],
    sqlite: &[
        "CREATE TABLE tenants (
            id BLOB NOT NULL CONSTRAINT pk_tenants PRIMARY KEY CHECK (length(id) = 16),
            slug TEXT NOT NULL CONSTRAINT uq_tenants_slug UNIQUE,
            name TEXT NOT NULL,
            mode TEXT NOT NULL CONSTRAINT ck_tenants_mode CHECK (mode IN ('live', 'sandbox')),
            status TEXT NOT NULL
                CONSTRAINT ck_tenants_status CHECK (status IN ('trial', 'active', 'suspended', 'closed')),
            trial_ends_at INTEGER,
            suspended_at INTEGER,
            suspension_reason TEXT,
            closed_at INTEGER,
            purge_after INTEGER,
            plan TEXT NOT NULL CONSTRAINT ck_tenants_plan CHECK (plan IN ('free', 'pro', 'enterprise')),
            overrides TEXT,
            time_zone TEXT NOT NULL,
            allowed_currencies TEXT NOT NULL,
            default_currency TEXT NOT NULL CONSTRAINT ck_tenants_currency CHECK (length(default_currency) = 3),
            order_prefix TEXT NOT NULL,
            first_order_number INTEGER NOT NULL CONSTRAINT ck_tenants_first_number CHECK (first_order_number >= 1),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            version INTEGER NOT NULL CONSTRAINT ck_tenants_version CHECK (version >= 1)
        ) STRICT",
        "CREATE TABLE tenant_counters (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            kind TEXT NOT NULL CONSTRAINT ck_tenant_counters_kind
                CHECK (kind IN ('orders', 'customers', 'users', 'api_keys', 'webhooks')),
            next_value INTEGER NOT NULL DEFAULT 0,
            period INTEGER NOT NULL DEFAULT 0,
            used INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_tenant_counters_used CHECK (used >= 0),
            granted INTEGER NOT NULL DEFAULT 0,
            CONSTRAINT pk_tenant_counters PRIMARY KEY (tenant_id, kind)
        ) STRICT, WITHOUT ROWID",
    ],
};

const DOWN: Both = Both {
    postgres: &["DROP TABLE tenant_counters", "DROP TABLE tenants"],
    sqlite: &["DROP TABLE tenant_counters", "DROP TABLE tenants"],
};
