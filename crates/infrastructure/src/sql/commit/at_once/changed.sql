changed AS (
    UPDATE orders SET status = $4, total_minor = $5, item_count = $6, external_reference = $7, metadata = $8,
        cancel_reason = $9, cancel_note = $10, confirmed_at = $11, processing_at = $12, completed_at = $13,
        cancelled_at = $14, updated_at = $15, version = $16
    FROM claim
    WHERE orders.tenant_id = $1 AND orders.id = $2 AND orders.version = $3 AND claim.tenant_id = orders.tenant_id
    RETURNING orders.tenant_id, orders.id
),
event AS (
    INSERT INTO events (tenant_id, aggregate_type, aggregate_id, sequence, id, event_type, schema_version, occurred_at,
        actor_kind, actor_id, request_id, data, personal, imported)
    SELECT changed.tenant_id, 'order', changed.id, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27
    FROM changed
    RETURNING id
)
SELECT (SELECT count(*) FROM claim) AS claimed, (SELECT count(*) FROM event) AS written
