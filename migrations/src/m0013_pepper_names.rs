//! Who still needs a pepper that was retired. The rows name it themselves: a key in the JSON of its secrets, a password in its PHC string.
//! What can never be used again counts for nothing; nor does a closed tenant, for closing is final.

use crate::sql::{Both, step};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        // One statement sees one tenant, so functions go through them. With the rights of who calls them.
        "CREATE FUNCTION key_pepper_needs_v1(kid text, before bigint, idle_millis bigint, invitation_millis bigint,
            reset_millis bigint, OUT of_keys bigint, OUT of_sessions bigint, OUT of_tickets bigint)
         LANGUAGE plpgsql AS $needs$
         DECLARE
            of uuid;
            present bigint := (extract(epoch FROM now()) * 1000)::bigint;
         BEGIN
            of_keys := 0;
            of_sessions := 0;
            of_tickets := 0;
            FOR of IN SELECT id FROM tenants WHERE status <> 'closed' ORDER BY id LOOP
                PERFORM set_config('app.tenant_id', of::text, true);
                of_keys := of_keys + (SELECT count(*) FROM api_keys k
                    WHERE k.tenant_id = of AND k.revoked_at IS NULL AND coalesce(k.expires_at > present, true)
                    AND EXISTS (SELECT FROM jsonb_array_elements(k.secrets::jsonb) s
                        WHERE coalesce(s ->> 'pepper', kid) = kid
                        AND coalesce((s ->> 'valid_until')::bigint > present, true)));
                of_sessions := of_sessions + (SELECT count(*) FROM sessions s
                    WHERE s.tenant_id = of AND s.revoked_at IS NULL AND s.expires_at > present
                    AND s.used_at > present - idle_millis AND s.used_at < before);
                of_tickets := of_tickets + (SELECT count(*) FROM tickets t
                    WHERE t.tenant_id = of AND t.used_at IS NULL AND t.expires_at > present AND t.expires_at < before
                    + CASE t.purpose WHEN 'invitation' THEN invitation_millis ELSE reset_millis END);
            END LOOP;
            PERFORM set_config('app.tenant_id', '', true);
         END $needs$",
        "CREATE FUNCTION password_pepper_needs_v1(keyid text, OUT of_users bigint, OUT of_operators bigint)
         LANGUAGE plpgsql AS $needs$
         DECLARE
            of uuid;
         BEGIN
            of_users := 0;
            FOR of IN SELECT id FROM tenants WHERE status <> 'closed' ORDER BY id LOOP
                PERFORM set_config('app.tenant_id', of::text, true);
                of_users := of_users + (SELECT count(*) FROM user_credentials c
                    WHERE c.tenant_id = of AND strpos(c.phc, ',keyid=' || keyid || '$') > 0);
            END LOOP;
            PERFORM set_config('app.tenant_id', '', true);
            of_operators := (SELECT count(*) FROM operators o WHERE strpos(o.phc, ',keyid=' || keyid || '$') > 0);
         END $needs$",
    ],
    sqlite: &[],
};

const DOWN: Both =
    Both { postgres: &["DROP FUNCTION password_pepper_needs_v1", "DROP FUNCTION key_pepper_needs_v1"], sqlite: &[] };
