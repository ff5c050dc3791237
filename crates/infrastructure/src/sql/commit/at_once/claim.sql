WITH claim AS (
    INSERT INTO idempotency_keys (tenant_id, principal_id, key, attempt, fingerprint, status, location, etag, body, enveloped,
        expires_at)
    VALUES ($1, :principal_id, :key, :attempt, :fingerprint, :status, :location, :etag, :body, :enveloped,
        (extract(epoch FROM now()) * 1000)::bigint + :keep_millis)
    ON CONFLICT (tenant_id, principal_id, key) DO UPDATE SET
        attempt = excluded.attempt, fingerprint = excluded.fingerprint, status = excluded.status, location = excluded.location,
        etag = excluded.etag, body = excluded.body, enveloped = excluded.enveloped, expires_at = excluded.expires_at
    WHERE idempotency_keys.expires_at <= (extract(epoch FROM now()) * 1000)::bigint
    RETURNING tenant_id
),
