customer AS MATERIALIZED (
    SELECT customers.tenant_id, customers.id
    FROM claim JOIN customers
        ON customers.tenant_id = claim.tenant_id AND customers.id = $2 AND customers.status = 'active'
    WHERE customers.tenant_id = $1
    FOR SHARE OF customers
),
placed AS (
    INSERT INTO orders (tenant_id, id, number, customer_id, status, currency, total_minor, item_count, external_reference,
        metadata, business_date, created_at, updated_at, version)
    SELECT customer.tenant_id, $3, $4, customer.id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
    FROM customer
    RETURNING tenant_id, id
),
lines AS (
    INSERT INTO order_items (tenant_id, order_id, id, product_id, sku, name, quantity, unit_price_minor)
    SELECT placed.tenant_id, placed.id, line.id, line.product_id, nullif(line.sku, ''), nullif(line.name, ''),
        line.quantity, line.unit_price_minor
    FROM placed
    CROSS JOIN unnest($15::uuid[], $16::text[], $17::text[], $18::text[], $19::int[], $20::bigint[])
        AS line (id, product_id, sku, name, quantity, unit_price_minor)
),
event AS (
    INSERT INTO events (tenant_id, aggregate_type, aggregate_id, sequence, id, event_type, schema_version, occurred_at,
        actor_kind, actor_id, request_id, data, personal, imported)
    SELECT placed.tenant_id, 'order', placed.id, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31
    FROM placed
    RETURNING id
)
SELECT (SELECT count(*) FROM claim) AS claimed, (SELECT count(*) FROM event) AS written
