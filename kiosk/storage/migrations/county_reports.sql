-- What each closed day bought and sold on platforms (F2), signed: an order is a row of its day, a call-off, a refund or
-- another price a row of the day on which it happened. Cases by number, no person; sums of days are sums of months.
CREATE TABLE day_trade (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    business_on TEXT NOT NULL REFERENCES business_days (business_on),
    case_kind TEXT NOT NULL CHECK (case_kind IN ('purchase', 'consignment_sale')),
    case_id INTEGER NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('bought', 'sold')),
    item_kind TEXT NOT NULL CHECK (item_kind IN ('category', 'product', 'other')),
    item TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_size INTEGER NOT NULL CHECK (unit_size > 0),
    platform TEXT NOT NULL,
    online_shop TEXT NOT NULL,
    txn_count INTEGER NOT NULL CHECK (txn_count IN (-1, 0, 1)),
    quantity INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    CHECK (txn_count <> 0 OR quantity <> 0 OR amount_fen <> 0)
) STRICT;
CREATE INDEX day_trade_by_day ON day_trade (business_on);
CREATE INDEX day_trade_by_case ON day_trade (case_kind, case_id);

CREATE INDEX consignment_sales_cancelled ON consignment_sales (cancelled_on) WHERE cancelled_on IS NOT NULL;

-- Days that were closed before: what stands today, under the day of the order or the sale; no name that holds a phone.
INSERT INTO day_trade (business_on, case_kind, case_id, direction, item_kind, item, unit, unit_size, platform,
    online_shop, txn_count, quantity, amount_fen)
SELECT p.ordered_on, 'purchase', p.id, 'bought', 'category', p.category, '', 1, p.platform,
    CASE WHEN p.online_shop GLOB '*1[3-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*' THEN '' ELSE p.online_shop END, 1, p.quantity, p.amount_fen
FROM purchases p JOIN business_days d ON d.business_on = p.ordered_on AND d.state = 'closed'
WHERE p.state NOT IN ('cancelled', 'refunded') AND p.amount_fen IS NOT NULL ORDER BY p.ordered_on, p.id;

INSERT INTO day_trade (business_on, case_kind, case_id, direction, item_kind, item, unit, unit_size, platform,
    online_shop, txn_count, quantity, amount_fen)
SELECT s.sold_on, 'consignment_sale', s.id, 'sold', CASE WHEN g.id IS NULL THEN 'other' ELSE 'product' END,
    CASE WHEN g.name GLOB '*1[3-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*' THEN '' ELSE COALESCE(g.name, '') END, s.unit, s.unit_size, s.platform,
    CASE WHEN s.online_shop GLOB '*1[3-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*' THEN '' ELSE s.online_shop END, 1, s.quantity, s.amount_fen
FROM consignment_sales s JOIN business_days d ON d.business_on = s.sold_on AND d.state = 'closed'
LEFT JOIN products g ON g.id = s.product_id
WHERE s.channel = 'online' AND s.state <> 'cancelled' ORDER BY s.sold_on, s.id;
