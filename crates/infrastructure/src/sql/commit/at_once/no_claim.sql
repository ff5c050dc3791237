WITH claim AS (
    SELECT $1::uuid AS tenant_id
),
