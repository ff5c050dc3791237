//! The end of a closed tenant: when it was purged, and when the last of its rows was erased.
//!
//! Nobody else may delete events or rows of the audit log, so on PostgreSQL a function does, with the rights of the owner. It asks for
//! itself whether the tenant's day has come.

use crate::sql::{Both, step};
use crate::wall::where_role;

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "ALTER TABLE tenants ADD COLUMN purged_at bigint, ADD COLUMN erased_at bigint",
        "CREATE INDEX ix_tenants_purged ON tenants (id) WHERE purged_at IS NOT NULL AND erased_at IS NULL",
        // Erases rows of one tenant, at most so many at once, what refers to others first. 0: all are gone. NULL: it is not the
        // tenant's day, or somebody else is at it. The caller may write what the tenant's row says of its day, but not when the database
        // recorded the closing.
        "CREATE FUNCTION purge_tenant_v1(of uuid, rows_max bigint) RETURNS bigint LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $purge$
         DECLARE
            now_millis constant bigint := (extract(epoch FROM now()) * 1000)::bigint;
            delay_millis constant bigint := 30::bigint * 24 * 60 * 60 * 1000;
            part text;
            gone bigint;
            total bigint;
         BEGIN
            PERFORM set_config('app.tenant_id', of::text, true);
            PERFORM FROM tenants t
            WHERE t.id = of AND t.status = 'closed' AND t.purge_after <= now_millis AND t.purged_at IS NOT NULL AND t.erased_at IS NULL
            AND EXISTS (SELECT FROM events e WHERE e.tenant_id = of AND e.aggregate_type = 'tenant' AND e.aggregate_id = of
                AND e.event_type = 'tenant.closed' AND e.recorded_at <= now_millis - delay_millis)
            FOR UPDATE OF t SKIP LOCKED;
            IF FOUND THEN
                total := 0;
                FOREACH part IN ARRAY ARRAY[
                    'order_items', 'orders', 'customers', 'tickets', 'sessions', 'user_credentials', 'users', 'api_key_usage',
                    'api_key_directory', 'api_keys', 'idempotency_keys', 'tenant_counters', 'audit_log', 'events', 'audit_seals'
                ] LOOP
                    EXECUTE format(
                        'DELETE FROM %1$I WHERE ctid = ANY (ARRAY (SELECT ctid FROM %1$I WHERE tenant_id = $1%2$s LIMIT $2))',
                        part, CASE part WHEN 'events' THEN ' AND aggregate_type <> ''tenant''' ELSE '' END
                    ) USING of, rows_max - total;
                    GET DIAGNOSTICS gone = ROW_COUNT;
                    total := total + gone;
                    EXIT WHEN total >= rows_max;
                END LOOP;
                IF total = 0 THEN
                    UPDATE events SET personal = NULL WHERE tenant_id = of AND personal IS NOT NULL;
                    UPDATE tenants SET erased_at = now_millis WHERE id = of;
                END IF;
            END IF;
            PERFORM set_config('app.tenant_id', '', true);
            RETURN total;
         END $purge$",
        "REVOKE ALL ON FUNCTION purge_tenant_v1 FROM PUBLIC",
        where_role!("orderbase_app", "GRANT EXECUTE ON FUNCTION purge_tenant_v1 TO orderbase_app"),
        where_role!("orderbase_worker", "GRANT EXECUTE ON FUNCTION purge_tenant_v1 TO orderbase_worker"),
    ],
    sqlite: &[
        "ALTER TABLE tenants ADD COLUMN purged_at INTEGER",
        "ALTER TABLE tenants ADD COLUMN erased_at INTEGER",
        "CREATE INDEX ix_tenants_purged ON tenants (id) WHERE purged_at IS NOT NULL AND erased_at IS NULL",
    ],
};

const DOWN: Both = Both {
    postgres: &[
        "DROP FUNCTION purge_tenant_v1",
        "DROP INDEX ix_tenants_purged",
        "ALTER TABLE tenants DROP COLUMN erased_at, DROP COLUMN purged_at",
    ],
    sqlite: &[
        "DROP INDEX ix_tenants_purged",
        "ALTER TABLE tenants DROP COLUMN erased_at",
        "ALTER TABLE tenants DROP COLUMN purged_at",
    ],
};
