//! Orders and their items. The indexes are those of the lists that are served; each ends with the id, which is the keyset.

use crate::sql::{Both, step};

step!(UP, DOWN);

const UP: Both = Both {
    postgres: &[
        "CREATE TABLE orders (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            number bigint NOT NULL CONSTRAINT ck_orders_number CHECK (number >= 1),
            customer_id uuid NOT NULL,
            status text NOT NULL CONSTRAINT ck_orders_status
                CHECK (status IN ('pending', 'confirmed', 'processing', 'completed', 'cancelled')),
            currency text NOT NULL CONSTRAINT ck_orders_currency CHECK (length(currency) = 3),
            total_minor bigint NOT NULL CONSTRAINT ck_orders_total CHECK (total_minor BETWEEN 1 AND 9999999999),
            item_count integer NOT NULL CONSTRAINT ck_orders_item_count CHECK (item_count BETWEEN 1 AND 2000),
            external_reference text,
            metadata text NOT NULL,
            cancel_reason text,
            cancel_note text,
            confirmed_at bigint,
            processing_at bigint,
            completed_at bigint,
            cancelled_at bigint,
            business_date date NOT NULL,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL,
            version bigint NOT NULL CONSTRAINT ck_orders_version CHECK (version >= 1),
            CONSTRAINT pk_orders PRIMARY KEY (tenant_id, id),
            CONSTRAINT uq_orders_number UNIQUE (tenant_id, number),
            CONSTRAINT fk_orders_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
            CONSTRAINT ck_orders_completed CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
            CONSTRAINT ck_orders_cancelled CHECK (
                (status = 'cancelled') = (cancelled_at IS NOT NULL)
                AND (status = 'cancelled') = (cancel_reason IS NOT NULL)
                AND (cancel_note IS NULL OR status = 'cancelled'))
        )",
        "CREATE UNIQUE INDEX uq_orders_external_reference ON orders (tenant_id, external_reference)
            WHERE external_reference IS NOT NULL",
        "CREATE INDEX ix_orders_status ON orders (tenant_id, status, id)",
        "CREATE INDEX ix_orders_customer ON orders (tenant_id, customer_id, id)",
        "CREATE INDEX ix_orders_currency ON orders (tenant_id, currency, id)",
        "CREATE INDEX ix_orders_total ON orders (tenant_id, currency, total_minor, id)",
        "CREATE TABLE order_items (
            tenant_id uuid NOT NULL,
            order_id uuid NOT NULL,
            id uuid NOT NULL,
            product_id text NOT NULL,
            sku text,
            name text,
            quantity integer NOT NULL CONSTRAINT ck_order_items_quantity CHECK (quantity BETWEEN 1 AND 1000000),
            unit_price_minor bigint NOT NULL
                CONSTRAINT ck_order_items_price CHECK (unit_price_minor BETWEEN 1 AND 9999999999),
            CONSTRAINT pk_order_items PRIMARY KEY (tenant_id, order_id, id),
            CONSTRAINT fk_order_items_order FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id)
        )",
    ],
    sqlite: &[
        "CREATE TABLE orders (
            tenant_id BLOB NOT NULL,
            id BLOB NOT NULL CHECK (length(id) = 16),
            number INTEGER NOT NULL CONSTRAINT ck_orders_number CHECK (number >= 1),
            customer_id BLOB NOT NULL,
            status TEXT NOT NULL CONSTRAINT ck_orders_status
                CHECK (status IN ('pending', 'confirmed', 'processing', 'completed', 'cancelled')),
            currency TEXT NOT NULL CONSTRAINT ck_orders_currency CHECK (length(currency) = 3),
            total_minor INTEGER NOT NULL CONSTRAINT ck_orders_total CHECK (total_minor BETWEEN 1 AND 9999999999),
            item_count INTEGER NOT NULL CONSTRAINT ck_orders_item_count CHECK (item_count BETWEEN 1 AND 2000),
            external_reference TEXT,
            metadata TEXT NOT NULL,
            cancel_reason TEXT,
            cancel_note TEXT,
            confirmed_at INTEGER,
            processing_at INTEGER,
            completed_at INTEGER,
            cancelled_at INTEGER,
            business_date TEXT NOT NULL CHECK (length(business_date) = 10),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            version INTEGER NOT NULL CONSTRAINT ck_orders_version CHECK (version >= 1),
            CONSTRAINT pk_orders PRIMARY KEY (tenant_id, id),
            CONSTRAINT uq_orders_number UNIQUE (tenant_id, number),
            CONSTRAINT fk_orders_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
            CONSTRAINT ck_orders_completed CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
            CONSTRAINT ck_orders_cancelled CHECK (
                (status = 'cancelled') = (cancelled_at IS NOT NULL)
                AND (status = 'cancelled') = (cancel_reason IS NOT NULL)
                AND (cancel_note IS NULL OR status = 'cancelled'))
        ) STRICT",
        "CREATE UNIQUE INDEX uq_orders_external_reference ON orders (tenant_id, external_reference)
            WHERE external_reference IS NOT NULL",
        "CREATE INDEX ix_orders_status ON orders (tenant_id, status, id)",
        "CREATE INDEX ix_orders_customer ON orders (tenant_id, customer_id, id)",
        "CREATE INDEX ix_orders_currency ON orders (tenant_id, currency, id)",
        "CREATE INDEX ix_orders_total ON orders (tenant_id, currency, total_minor, id)",
        "CREATE TABLE order_items (
            tenant_id BLOB NOT NULL,
            order_id BLOB NOT NULL,
            id BLOB NOT NULL CHECK (length(id) = 16),
            product_id TEXT NOT NULL,
            sku TEXT,
            name TEXT,
            quantity INTEGER NOT NULL CONSTRAINT ck_order_items_quantity CHECK (quantity BETWEEN 1 AND 1000000),
            unit_price_minor INTEGER NOT NULL
                CONSTRAINT ck_order_items_price CHECK (unit_price_minor BETWEEN 1 AND 9999999999),
            CONSTRAINT pk_order_items PRIMARY KEY (tenant_id, order_id, id),
            CONSTRAINT fk_order_items_order FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id)
        ) STRICT, WITHOUT ROWID",
    ],
};

const DOWN: Both = Both {
    postgres: &["DROP TABLE order_items", "DROP TABLE orders"],
    sqlite: &["DROP TABLE order_items", "DROP TABLE orders"],
};
