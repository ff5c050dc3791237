//! What an API key may do besides its scopes, and when it was last used. The use lies beside the key: it is no change of it.

use crate::sql::{Both, step};
use crate::wall::{wall, where_role};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "ALTER TABLE api_keys
            ADD COLUMN rate_limit integer
                CONSTRAINT ck_api_keys_rate_limit CHECK (rate_limit BETWEEN 1 AND 600000),
            ADD COLUMN ip_allowlist text NOT NULL DEFAULT ''",
        "CREATE TABLE api_key_usage (
            tenant_id uuid NOT NULL,
            api_key_id uuid NOT NULL,
            last_used_at bigint NOT NULL,
            CONSTRAINT pk_api_key_usage PRIMARY KEY (tenant_id, api_key_id),
            CONSTRAINT fk_api_key_usage_key FOREIGN KEY (tenant_id, api_key_id) REFERENCES api_keys (tenant_id, id)
        )",
        wall!("api_key_usage"),
        where_role!("orderbase_app", "GRANT SELECT, INSERT, UPDATE, DELETE ON api_key_usage TO orderbase_app"),
        where_role!(
            "orderbase_worker",
            "GRANT SELECT, INSERT, UPDATE ON api_key_usage TO orderbase_worker;
             CREATE POLICY worker ON api_key_usage TO orderbase_worker USING (true) WITH CHECK (true)"
        ),
    ],
    sqlite: &[
        "ALTER TABLE api_keys ADD COLUMN rate_limit INTEGER
            CONSTRAINT ck_api_keys_rate_limit CHECK (rate_limit BETWEEN 1 AND 600000)",
        "ALTER TABLE api_keys ADD COLUMN ip_allowlist TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE api_key_usage (
            tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
            api_key_id BLOB NOT NULL CHECK (length(api_key_id) = 16),
            last_used_at INTEGER NOT NULL,
            CONSTRAINT pk_api_key_usage PRIMARY KEY (tenant_id, api_key_id),
            CONSTRAINT fk_api_key_usage_key FOREIGN KEY (tenant_id, api_key_id) REFERENCES api_keys (tenant_id, id)
        ) STRICT",
    ],
};

const DOWN: Both = Both {
    postgres: &["DROP TABLE api_key_usage", "ALTER TABLE api_keys DROP COLUMN ip_allowlist, DROP COLUMN rate_limit"],
    sqlite: &[
        "DROP TABLE api_key_usage",
        "ALTER TABLE api_keys DROP COLUMN ip_allowlist",
        "ALTER TABLE api_keys DROP COLUMN rate_limit",
    ],
};
