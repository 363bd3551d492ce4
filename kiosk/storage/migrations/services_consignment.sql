-- Consignment (代销) and buying-up (收购): who supplies, what is wished to be sold, goods, stock, money owed.
-- Quantities are whole pieces or whole grams (products.measure); unit_size says how many of them make one priced unit.

CREATE TABLE suppliers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('farmer', 'household_business', 'cooperative', 'company')),
    uscc TEXT,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    phone_hash TEXT,
    phone_tail TEXT,
    registered_on TEXT NOT NULL,
    registered_at TEXT NOT NULL,
    registered_by_kind TEXT NOT NULL,
    registered_by_id INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX suppliers_one_uscc ON suppliers (uscc) WHERE uscc IS NOT NULL;
CREATE INDEX suppliers_by_phone ON suppliers (phone_hash) WHERE phone_hash IS NOT NULL;

-- A villager's wish to sell, from the first word on: none is ever dropped.
CREATE TABLE sale_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('requested', 'negotiating', 'at_counter', 'listed', 'sold', 'returned', 'refused',
        'withdrawn')),
    supplier_id INTEGER REFERENCES suppliers (id),
    category TEXT NOT NULL,
    refused_because TEXT NOT NULL DEFAULT '',
    phone_hash TEXT,
    phone_tail TEXT,
    requested_on TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    requested_by_kind TEXT NOT NULL,
    requested_by_id INTEGER NOT NULL,
    CHECK ((state IN ('refused', 'withdrawn')) = (refused_because <> ''))
) STRICT;
CREATE INDEX sale_requests_by_state ON sale_requests (state);
CREATE INDEX sale_requests_by_phone ON sale_requests (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE TABLE sale_request_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER NOT NULL REFERENCES sale_requests (id),
    step INTEGER NOT NULL CHECK (step > 0),
    from_state TEXT,
    to_state TEXT NOT NULL,
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    UNIQUE (request_id, step)
) STRICT;

CREATE TABLE products (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sku TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('on_sale', 'ended')),
    supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
    request_id INTEGER REFERENCES sale_requests (id),
    ownership TEXT NOT NULL CHECK (ownership IN ('consignment', 'buy_up')),
    category TEXT NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    spec TEXT NOT NULL DEFAULT '',
    grade TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL DEFAULT '',
    quality_mark TEXT NOT NULL DEFAULT '',
    quality_mark_no TEXT NOT NULL DEFAULT '',
    is_farm_produce INTEGER NOT NULL CHECK (is_farm_produce IN (0, 1)),
    is_poverty_alleviation INTEGER NOT NULL DEFAULT 0 CHECK (is_poverty_alleviation IN (0, 1)),
    maker TEXT NOT NULL DEFAULT '',
    maker_address TEXT NOT NULL DEFAULT '',
    licence_no TEXT NOT NULL DEFAULT '',
    ean TEXT,
    plu TEXT,
    measure TEXT NOT NULL CHECK (measure IN ('piece', 'weight')),
    unit TEXT NOT NULL CHECK (unit <> ''),
    unit_size INTEGER NOT NULL CHECK (unit_size > 0),
    price_fen INTEGER NOT NULL CHECK (price_fen > 0),
    floor_fen INTEGER NOT NULL CHECK (floor_fen BETWEEN 0 AND price_fen),
    low_stock INTEGER NOT NULL DEFAULT 0 CHECK (low_stock >= 0),
    made_on TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by_kind TEXT NOT NULL,
    made_by_id INTEGER NOT NULL,
    CHECK (measure = 'weight' OR unit_size = 1),
    CHECK (plu IS NULL OR measure = 'weight')
) STRICT;
CREATE UNIQUE INDEX products_one_ean ON products (ean) WHERE ean IS NOT NULL AND state = 'on_sale';
CREATE UNIQUE INDEX products_one_plu ON products (plu) WHERE plu IS NOT NULL AND state = 'on_sale';
CREATE INDEX products_by_supplier ON products (supplier_id);
CREATE INDEX products_by_request ON products (request_id) WHERE request_id IS NOT NULL;

-- 索证索票: what was shown, and until when it holds; of a supplier, or of one product.
CREATE TABLE supplier_docs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
    product_id INTEGER REFERENCES products (id),
    kind TEXT NOT NULL CHECK (kind IN ('business_licence', 'food_licence', 'inspection_report', 'conformity_certificate',
        'quarantine_certificate', 'origin_certificate', 'quality_mark', 'invoice', 'agreement', 'other')),
    document_no TEXT NOT NULL DEFAULT '',
    valid_until_on TEXT,
    seen_on TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    seen_by_kind TEXT NOT NULL,
    seen_by_id INTEGER NOT NULL,
    withdrawn_on TEXT
) STRICT;
CREATE INDEX supplier_docs_by_supplier ON supplier_docs (supplier_id);

-- The supplier's consent to a price under the floor, as it was given.
CREATE TABLE floor_consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    price_fen INTEGER NOT NULL CHECK (price_fen >= 0),
    given_by TEXT NOT NULL CHECK (given_by IN ('in_person', 'phone', 'message')),
    until_on TEXT NOT NULL,
    given_on TEXT NOT NULL,
    given_at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL
) STRICT;
CREATE INDEX floor_consents_by_product ON floor_consents (product_id);

CREATE TABLE lots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_no TEXT NOT NULL DEFAULT '',
    produced_on TEXT,
    expires_on TEXT,
    made_on TEXT NOT NULL,
    made_at TEXT NOT NULL,
    CHECK (expires_on IS NULL OR produced_on IS NULL OR expires_on >= produced_on)
) STRICT;
CREATE INDEX lots_by_product ON lots (product_id);

-- Collection, first processing, packing … of a product or of one lot, as they were done (TC-12, NORM-11).
CREATE TABLE product_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_id INTEGER REFERENCES lots (id),
    step TEXT NOT NULL CHECK (step IN ('planted', 'collected', 'processed', 'graded', 'packed', 'tested', 'transported')),
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL
) STRICT;
CREATE INDEX product_events_by_product ON product_events (product_id);

-- The single truth of quantity, and of the cost of goods that the station owns.
CREATE TABLE stock_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_id INTEGER NOT NULL REFERENCES lots (id),
    kind TEXT NOT NULL CHECK (kind IN ('received', 'bought', 'bought_undone', 'sold', 'sold_undone', 'returned', 'lost',
        'counted')),
    quantity INTEGER NOT NULL CHECK (quantity <> 0),
    cost_fen INTEGER NOT NULL,
    case_kind TEXT NOT NULL DEFAULT '',
    case_id INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    document_no TEXT NOT NULL DEFAULT '',
    entry_id INTEGER REFERENCES entries (id),
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    CHECK ((kind IN ('received', 'bought', 'sold_undone')) <= (quantity > 0)),
    CHECK ((kind IN ('bought_undone', 'sold', 'returned', 'lost')) <= (quantity < 0))
) STRICT;
CREATE INDEX stock_moves_by_lot ON stock_moves (lot_id);
CREATE INDEX stock_moves_by_product ON stock_moves (product_id);
CREATE INDEX stock_moves_by_case ON stock_moves (case_kind, case_id);
CREATE INDEX stock_moves_by_day ON stock_moves (business_on);

CREATE TABLE listings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES products (id),
    platform TEXT NOT NULL CHECK (platform <> ''),
    online_shop TEXT NOT NULL DEFAULT '',
    price_fen INTEGER NOT NULL CHECK (price_fen > 0),
    listed_on TEXT NOT NULL,
    listed_at TEXT NOT NULL,
    unlisted_on TEXT
) STRICT;
CREATE UNIQUE INDEX listings_one_place ON listings (product_id, platform, online_shop) WHERE unlisted_on IS NULL;

-- Goods that the station buys; they become stock as their ticket is settled.
CREATE TABLE buy_ups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'bought', 'cancelled')),
    product_id INTEGER NOT NULL REFERENCES products (id),
    lot_id INTEGER REFERENCES lots (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    lot_no TEXT NOT NULL DEFAULT '',
    produced_on TEXT,
    expires_on TEXT,
    document_no TEXT UNIQUE,
    slip_id INTEGER,
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    bought_on TEXT,
    cancelled_on TEXT,
    CHECK ((bought_on IS NULL) = (lot_id IS NULL)),
    CHECK ((state = 'bought') <= (bought_on IS NOT NULL)),
    CHECK ((state = 'cancelled') = (cancelled_on IS NOT NULL))
) STRICT;

CREATE TABLE consignment_sales_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'sold', 'paid_out', 'cancelled')),
    ownership TEXT NOT NULL DEFAULT 'consignment' CHECK (ownership IN ('consignment', 'buy_up')),
    channel TEXT NOT NULL DEFAULT 'counter' CHECK (channel IN ('counter', 'online')),
    product_id INTEGER REFERENCES products (id),
    supplier_id INTEGER REFERENCES suppliers (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit TEXT NOT NULL,
    unit_size INTEGER NOT NULL DEFAULT 1 CHECK (unit_size > 0),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    commission_fen INTEGER NOT NULL CHECK (commission_fen BETWEEN 0 AND amount_fen),
    cost_fen INTEGER NOT NULL DEFAULT 0 CHECK (cost_fen >= 0),
    phone_hash TEXT,
    phone_tail TEXT,
    platform TEXT NOT NULL DEFAULT '',
    online_shop TEXT NOT NULL DEFAULT '',
    platform_order_no TEXT NOT NULL DEFAULT '',
    paid_into TEXT NOT NULL DEFAULT '',
    waybill_no TEXT,
    shipped_on TEXT,
    assigned_entry_id INTEGER REFERENCES entries (id),
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    sold_on TEXT,
    sold_at TEXT,
    cancelled_on TEXT,
    CHECK ((sold_on IS NULL) = (sold_at IS NULL)),
    CHECK (cancelled_on IS NULL OR state = 'cancelled'),
    CHECK (ownership = 'consignment' OR product_id IS NOT NULL AND commission_fen = 0 AND state <> 'paid_out'),
    CHECK (ownership = 'buy_up' OR cost_fen = 0),
    CHECK ((channel = 'online') = (platform <> '') AND (channel = 'online') = (platform_order_no <> '')
        AND (channel = 'online') = (paid_into <> ''))
) STRICT;
INSERT INTO consignment_sales_new (id, state, quantity, unit, amount_fen, commission_fen, phone_hash, phone_tail,
    recorded_on, recorded_at, recorded_by_kind, recorded_by_id, sold_on, sold_at, cancelled_on)
SELECT id, state, quantity, unit, amount_fen, commission_fen, phone_hash, phone_tail, recorded_on, recorded_at,
    recorded_by_kind, recorded_by_id, sold_on, sold_at, cancelled_on FROM consignment_sales;
-- An id that was given once is never given again, also where the last rows are gone.
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'consignment_sales')
WHERE name = 'consignment_sales_new' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'consignment_sales');
DROP TABLE consignment_sales;
ALTER TABLE consignment_sales_new RENAME TO consignment_sales;
CREATE INDEX consignment_sales_by_phone ON consignment_sales (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX consignment_sales_by_state ON consignment_sales (state);
CREATE INDEX consignment_sales_by_product ON consignment_sales (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX consignment_sales_by_supplier ON consignment_sales (supplier_id) WHERE supplier_id IS NOT NULL;
CREATE INDEX consignment_sales_by_day ON consignment_sales (sold_on) WHERE sold_on IS NOT NULL;
CREATE UNIQUE INDEX consignment_sales_one_order ON consignment_sales (platform, platform_order_no, product_id)
    WHERE platform_order_no <> '' AND state <> 'cancelled';

-- Which lots a sale takes; it holds them from the moment that it stands on a ticket.
CREATE TABLE sale_lots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sale_id INTEGER NOT NULL REFERENCES consignment_sales (id),
    lot_id INTEGER NOT NULL REFERENCES lots (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    cost_fen INTEGER NOT NULL CHECK (cost_fen >= 0),
    UNIQUE (sale_id, lot_id)
) STRICT;
CREATE INDEX sale_lots_by_lot ON sale_lots (lot_id);

CREATE TABLE settlements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('recorded', 'paid', 'cancelled')),
    supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    document_no TEXT UNIQUE,
    slip_id INTEGER,
    recorded_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by_kind TEXT NOT NULL,
    recorded_by_id INTEGER NOT NULL,
    paid_on TEXT,
    paid_at TEXT,
    cancelled_on TEXT,
    CHECK ((paid_on IS NULL) = (document_no IS NULL) AND (paid_on IS NULL) = (paid_at IS NULL)),
    CHECK ((state = 'paid') <= (paid_on IS NOT NULL)),
    CHECK ((state = 'cancelled') = (cancelled_on IS NOT NULL))
) STRICT;
CREATE INDEX settlements_by_supplier ON settlements (supplier_id);

-- What the station owes to a supplier, one row an event; a settlement takes the rows it pays.
CREATE TABLE consignor_dues (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    supplier_id INTEGER REFERENCES suppliers (id),
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'sale_undone', 'compensation')),
    amount_fen INTEGER NOT NULL,
    sale_id INTEGER REFERENCES consignment_sales (id),
    move_id INTEGER REFERENCES stock_moves (id),
    settlement_id INTEGER REFERENCES settlements (id),
    business_on TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK ((sale_id IS NULL) <> (move_id IS NULL)),
    CHECK ((kind = 'sale_undone') <= (amount_fen <= 0)),
    CHECK ((kind <> 'sale_undone') <= (amount_fen >= 0))
) STRICT;
CREATE INDEX consignor_dues_open ON consignor_dues (supplier_id) WHERE settlement_id IS NULL;
CREATE INDEX consignor_dues_by_sale ON consignor_dues (sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX consignor_dues_by_settlement ON consignor_dues (settlement_id) WHERE settlement_id IS NOT NULL;
INSERT INTO consignor_dues (kind, amount_fen, sale_id, business_on, at)
SELECT 'sale', amount_fen - commission_fen, id, sold_on, sold_at FROM consignment_sales WHERE state = 'sold';

CREATE TABLE stocktakes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('counting', 'finished', 'cancelled')),
    desk_id INTEGER REFERENCES desks (id),
    month TEXT NOT NULL,
    document_no TEXT UNIQUE,
    slip_id INTEGER,
    begun_on TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    begun_by_kind TEXT NOT NULL,
    begun_by_id INTEGER NOT NULL,
    finished_on TEXT,
    finished_at TEXT,
    finished_by_kind TEXT,
    finished_by_id INTEGER,
    CHECK ((state = 'finished') = (finished_at IS NOT NULL) AND (finished_on IS NULL) = (finished_at IS NULL)
        AND (document_no IS NULL) = (finished_at IS NULL)),
    CHECK (state = 'counting' OR desk_id IS NULL)
) STRICT;
CREATE UNIQUE INDEX stocktakes_one_open ON stocktakes (state) WHERE state = 'counting';

-- Book is the stock at the moment at which the product was counted: what is sold meanwhile changes both alike.
CREATE TABLE stocktake_counts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stocktake_id INTEGER NOT NULL REFERENCES stocktakes (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    counted INTEGER NOT NULL CHECK (counted >= 0),
    book INTEGER NOT NULL CHECK (book >= 0),
    reason TEXT NOT NULL DEFAULT '',
    counted_at TEXT NOT NULL,
    counted_by_kind TEXT NOT NULL,
    counted_by_id INTEGER NOT NULL,
    UNIQUE (stocktake_id, product_id)
) STRICT;
