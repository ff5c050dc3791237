WITH claim AS (
    INSERT INTO idempotency_keys (tenant_id, principal_id, key, attempt, fingerprint, status, location, etag, body, expires_at)
    VALUES ($1, $32, $33, $34, $35, $36, $37, $38, $39, (extract(epoch FROM now()) * 1000)::bigint + $40)
    ON CONFLICT (tenant_id, principal_id, key) DO UPDATE SET
        attempt = excluded.attempt, fingerprint = excluded.fingerprint, status = excluded.status, location = excluded.location,
        etag = excluded.etag, body = excluded.body, expires_at = excluded.expires_at
    WHERE idempotency_keys.expires_at <= (extract(epoch FROM now()) * 1000)::bigint
    RETURNING tenant_id
),
customer AS MATERIALIZED (
    SELECT customers.tenant_id, customers.id
    FROM claim JOIN customers
        ON customers.tenant_id = claim.tenant_id AND customers.id = $2 AND customers.status = 'active'
    WHERE customers.tenant_id = $1
    FOR SHARE OF customers
),
