//! The second wall between tenants (ADR 0011), and the rights of the roles that `deploy/postgres/roles.sql` makes. A binary that does
//! not name its tenant sees nothing from here on; none was released.

use crate::sql::{Both, step};
use crate::wall::{open, wall, where_role};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        wall!("tenant_counters"),
        wall!("customers"),
        wall!("orders"),
        wall!("order_items"),
        wall!("events"),
        wall!("idempotency_keys"),
        wall!("api_keys"),
        // Tenants are found by everybody, made and changed by themselves alone, and deleted by nobody.
        "ALTER TABLE tenants ENABLE ROW LEVEL SECURITY; ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
         CREATE POLICY found ON tenants FOR SELECT USING (true);
         CREATE POLICY founded ON tenants FOR INSERT
            WITH CHECK (id = nullif(current_setting('app.tenant_id', true), '')::uuid);
         CREATE POLICY changed ON tenants FOR UPDATE
            USING (id = nullif(current_setting('app.tenant_id', true), '')::uuid)
            WITH CHECK (id = nullif(current_setting('app.tenant_id', true), '')::uuid)",
        // One statement cannot delete for one tenant after the other, so a function does. With the rights of who calls it.
        "CREATE FUNCTION sweep_answers_v1(rows_max bigint) RETURNS bigint LANGUAGE plpgsql AS $sweep$
         DECLARE
            of uuid;
            gone bigint;
            total bigint := 0;
         BEGIN
            FOR of IN SELECT id FROM tenants ORDER BY id LOOP
                PERFORM set_config('app.tenant_id', of::text, true);
                -- What is being taken over at this moment is left to its new owner.
                WITH expired AS MATERIALIZED (
                    SELECT k.principal_id, k.key FROM idempotency_keys k
                    WHERE k.tenant_id = of AND k.expires_at <= (extract(epoch FROM now()) * 1000)::bigint
                    ORDER BY k.expires_at LIMIT rows_max - total FOR UPDATE SKIP LOCKED
                )
                DELETE FROM idempotency_keys i USING expired e
                WHERE i.tenant_id = of AND i.principal_id = e.principal_id AND i.key = e.key;
                GET DIAGNOSTICS gone = ROW_COUNT;
                total := total + gone;
                EXIT WHEN total >= rows_max;
            END LOOP;
            PERFORM set_config('app.tenant_id', '', true);
            RETURN total;
         END $sweep$",
        where_role!(
            "orderbase_app",
            "GRANT SELECT ON seaql_migrations TO orderbase_app;
             GRANT SELECT, INSERT, UPDATE ON tenants TO orderbase_app;
             GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_counters, customers, orders, order_items, idempotency_keys,
                api_keys, api_key_directory TO orderbase_app;
             GRANT SELECT, INSERT, UPDATE (personal) ON events TO orderbase_app"
        ),
        where_role!(
            "orderbase_worker",
            "GRANT SELECT ON seaql_migrations, tenants, events TO orderbase_worker;
             CREATE POLICY worker ON events FOR SELECT TO orderbase_worker USING (true)"
        ),
        where_role!(
            "orderbase_backup",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO orderbase_backup;
             ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO orderbase_backup"
        ),
    ],
    sqlite: &[],
};

const DOWN: Both = Both {
    postgres: &[
        where_role!(
            "orderbase_backup",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM orderbase_backup;
             REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM orderbase_backup"
        ),
        where_role!(
            "orderbase_worker",
            "DROP POLICY worker ON events; REVOKE ALL ON ALL TABLES IN SCHEMA public FROM orderbase_worker"
        ),
        where_role!("orderbase_app", "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM orderbase_app"),
        "DROP FUNCTION sweep_answers_v1",
        "DROP POLICY changed ON tenants; DROP POLICY founded ON tenants; DROP POLICY found ON tenants;
         ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY; ALTER TABLE tenants DISABLE ROW LEVEL SECURITY",
        open!("api_keys"),
        open!("idempotency_keys"),
        open!("events"),
        open!("order_items"),
        open!("orders"),
        open!("customers"),
        open!("tenant_counters"),
    ],
    sqlite: &[],
};
