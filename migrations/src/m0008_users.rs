//! Users, the passwords beside them, their sessions and tickets. A session or ticket that ended is kept for seven days, so that a
//! token of it is known for what it was.

use crate::sql::{Both, step};
use crate::wall::{wall, where_role};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "CREATE TABLE users (
            tenant_id uuid NOT NULL CONSTRAINT fk_users_tenant REFERENCES tenants (id),
            id uuid NOT NULL,
            email text NOT NULL,
            name text,
            role text NOT NULL CONSTRAINT ck_users_role CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
            status text NOT NULL CONSTRAINT ck_users_status CHECK (status IN ('invited', 'active', 'disabled')),
            joined_at bigint,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL,
            version bigint NOT NULL CONSTRAINT ck_users_version CHECK (version >= 1),
            CONSTRAINT ck_users_joined CHECK (CASE status WHEN 'invited' THEN joined_at IS NULL
                WHEN 'active' THEN joined_at IS NOT NULL ELSE true END),
            CONSTRAINT ck_users_name CHECK (joined_at IS NULL OR name IS NOT NULL),
            CONSTRAINT pk_users PRIMARY KEY (tenant_id, id),
            CONSTRAINT uq_users_email UNIQUE (tenant_id, email)
        )",
        "CREATE TABLE user_credentials (
            tenant_id uuid NOT NULL,
            user_id uuid NOT NULL,
            phc text NOT NULL,
            epoch bigint NOT NULL CONSTRAINT ck_user_credentials_epoch CHECK (epoch BETWEEN 0 AND 4294967295),
            changed_at bigint NOT NULL,
            version bigint NOT NULL CONSTRAINT ck_user_credentials_version CHECK (version >= 1),
            CONSTRAINT pk_user_credentials PRIMARY KEY (tenant_id, user_id),
            CONSTRAINT fk_user_credentials_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
        )",
        "CREATE TABLE sessions (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            user_id uuid NOT NULL,
            current_hash bytea NOT NULL CONSTRAINT ck_sessions_current CHECK (length(current_hash) = 32),
            previous_hash bytea CONSTRAINT ck_sessions_previous CHECK (length(previous_hash) = 32),
            used_at bigint NOT NULL,
            lost_reply_used boolean NOT NULL,
            scope text NOT NULL,
            created_at bigint NOT NULL,
            expires_at bigint NOT NULL,
            revoked_at bigint,
            network text,
            user_agent text,
            version bigint NOT NULL CONSTRAINT ck_sessions_version CHECK (version >= 1),
            CONSTRAINT pk_sessions PRIMARY KEY (tenant_id, id),
            CONSTRAINT fk_sessions_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
        )",
        "CREATE INDEX ix_sessions_user ON sessions (tenant_id, user_id, id)",
        "CREATE INDEX ix_sessions_end ON sessions (tenant_id, (least(expires_at, revoked_at)))",
        "CREATE TABLE tickets (
            tenant_id uuid NOT NULL,
            token_hash bytea NOT NULL CONSTRAINT ck_tickets_hash CHECK (length(token_hash) = 32),
            user_id uuid NOT NULL,
            purpose text NOT NULL CONSTRAINT ck_tickets_purpose CHECK (purpose IN ('invitation', 'password_reset')),
            expires_at bigint NOT NULL,
            used_at bigint,
            CONSTRAINT pk_tickets PRIMARY KEY (tenant_id, token_hash),
            CONSTRAINT fk_tickets_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
        )",
        "CREATE INDEX ix_tickets_user ON tickets (tenant_id, user_id)",
        "CREATE INDEX ix_tickets_end ON tickets (tenant_id, (least(expires_at, used_at)))",
        wall!("users"),
        wall!("user_credentials"),
        wall!("sessions"),
        wall!("tickets"),
        "CREATE FUNCTION sweep_sign_ins_v1(rows_max bigint, ended_before bigint) RETURNS bigint LANGUAGE plpgsql AS $sweep$
         DECLARE
            of uuid;
            gone bigint;
            total bigint := 0;
         BEGIN
            FOR of IN SELECT id FROM tenants ORDER BY id LOOP
                PERFORM set_config('app.tenant_id', of::text, true);
                WITH ended AS MATERIALIZED (
                    SELECT s.id FROM sessions s WHERE s.tenant_id = of AND least(s.expires_at, s.revoked_at) < ended_before
                    LIMIT rows_max - total FOR UPDATE SKIP LOCKED
                )
                DELETE FROM sessions s USING ended e WHERE s.tenant_id = of AND s.id = e.id;
                GET DIAGNOSTICS gone = ROW_COUNT;
                total := total + gone;
                WITH ended AS MATERIALIZED (
                    SELECT t.token_hash FROM tickets t
                    WHERE t.tenant_id = of AND least(t.expires_at, t.used_at) < ended_before
                    LIMIT rows_max - total FOR UPDATE SKIP LOCKED
                )
                DELETE FROM tickets t USING ended e WHERE t.tenant_id = of AND t.token_hash = e.token_hash;
                GET DIAGNOSTICS gone = ROW_COUNT;
                total := total + gone;
                EXIT WHEN total >= rows_max;
            END LOOP;
            PERFORM set_config('app.tenant_id', '', true);
            RETURN total;
         END $sweep$",
        where_role!(
            "orderbase_app",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON users, user_credentials, sessions, tickets TO orderbase_app"
        ),
    ],
    sqlite: &[
        "CREATE TABLE users (
            tenant_id BLOB NOT NULL CONSTRAINT fk_users_tenant REFERENCES tenants (id),
            id BLOB NOT NULL CHECK (length(id) = 16),
            email TEXT NOT NULL,
            name TEXT,
            role TEXT NOT NULL CONSTRAINT ck_users_role CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
            status TEXT NOT NULL CONSTRAINT ck_users_status CHECK (status IN ('invited', 'active', 'disabled')),
            joined_at INTEGER,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            version INTEGER NOT NULL CONSTRAINT ck_users_version CHECK (version >= 1),
            CONSTRAINT ck_users_joined CHECK (CASE status WHEN 'invited' THEN joined_at IS NULL
                WHEN 'active' THEN joined_at IS NOT NULL ELSE true END),
            CONSTRAINT ck_users_name CHECK (joined_at IS NULL OR name IS NOT NULL),
            CONSTRAINT pk_users PRIMARY KEY (tenant_id, id),
            CONSTRAINT uq_users_email UNIQUE (tenant_id, email)
        ) STRICT",
        "CREATE TABLE user_credentials (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            user_id BLOB NOT NULL CHECK (length(user_id) = 16),
            phc TEXT NOT NULL,
            epoch INTEGER NOT NULL CONSTRAINT ck_user_credentials_epoch CHECK (epoch BETWEEN 0 AND 4294967295),
            changed_at INTEGER NOT NULL,
            version INTEGER NOT NULL CONSTRAINT ck_user_credentials_version CHECK (version >= 1),
            CONSTRAINT pk_user_credentials PRIMARY KEY (tenant_id, user_id),
            CONSTRAINT fk_user_credentials_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
        ) STRICT",
        "CREATE TABLE sessions (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            id BLOB NOT NULL CHECK (length(id) = 16),
            user_id BLOB NOT NULL CHECK (length(user_id) = 16),
            current_hash BLOB NOT NULL CONSTRAINT ck_sessions_current CHECK (length(current_hash) = 32),
            previous_hash BLOB CONSTRAINT ck_sessions_previous CHECK (length(previous_hash) = 32),
            used_at INTEGER NOT NULL,
            lost_reply_used INTEGER NOT NULL CHECK (lost_reply_used IN (0, 1)),
            scope TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            revoked_at INTEGER,
            network TEXT,
            user_agent TEXT,
            version INTEGER NOT NULL CONSTRAINT ck_sessions_version CHECK (version >= 1),
            CONSTRAINT pk_sessions PRIMARY KEY (tenant_id, id),
            CONSTRAINT fk_sessions_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
        ) STRICT",
        "CREATE INDEX ix_sessions_user ON sessions (tenant_id, user_id, id)",
        "CREATE INDEX ix_sessions_end ON sessions (tenant_id, min(expires_at, ifnull(revoked_at, expires_at)))",
        "CREATE TABLE tickets (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            token_hash BLOB NOT NULL CONSTRAINT ck_tickets_hash CHECK (length(token_hash) = 32),
            user_id BLOB NOT NULL CHECK (length(user_id) = 16),
            purpose TEXT NOT NULL CONSTRAINT ck_tickets_purpose CHECK (purpose IN ('invitation', 'password_reset')),
            expires_at INTEGER NOT NULL,
            used_at INTEGER,
            CONSTRAINT pk_tickets PRIMARY KEY (tenant_id, token_hash),
            CONSTRAINT fk_tickets_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
        ) STRICT",
        "CREATE INDEX ix_tickets_user ON tickets (tenant_id, user_id)",
        "CREATE INDEX ix_tickets_end ON tickets (tenant_id, min(expires_at, ifnull(used_at, expires_at)))",
    ],
};

const DOWN: Both = Both {
    postgres: &[
        "DROP FUNCTION sweep_sign_ins_v1",
        "DROP TABLE tickets",
        "DROP TABLE sessions",
        "DROP TABLE user_credentials",
        "DROP TABLE users",
    ],
    sqlite: &["DROP TABLE tickets", "DROP TABLE sessions", "DROP TABLE user_credentials", "DROP TABLE users"],
};
