WITH claim AS (
    SELECT $1::uuid AS tenant_id
),
customer AS MATERIALIZED (
    SELECT tenant_id, id
    FROM customers
    WHERE tenant_id = $1 AND id = $2 AND status = 'active'
    FOR SHARE
),
