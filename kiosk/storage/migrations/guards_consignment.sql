-- Goods that moved, money that was owed and what was counted stay as they were written.

CREATE TRIGGER suppliers_never_deleted BEFORE DELETE ON suppliers
BEGIN SELECT RAISE(ABORT, 'suppliers are never deleted'); END;

CREATE TRIGGER supplier_docs_only_withdrawn
BEFORE UPDATE OF supplier_id, product_id, kind, document_no, valid_until_on, seen_on, seen_at ON supplier_docs
BEGIN SELECT RAISE(ABORT, 'a document that was seen is withdrawn, never changed'); END;

CREATE TRIGGER supplier_docs_never_deleted BEFORE DELETE ON supplier_docs
BEGIN SELECT RAISE(ABORT, 'documents that were seen are never deleted'); END;

CREATE TRIGGER sale_requests_never_deleted BEFORE DELETE ON sale_requests
BEGIN SELECT RAISE(ABORT, 'a wish to sell is never dropped'); END;

CREATE TRIGGER sale_request_events_never_change BEFORE UPDATE ON sale_request_events
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;

CREATE TRIGGER sale_request_events_never_deleted BEFORE DELETE ON sale_request_events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TRIGGER products_never_deleted BEFORE DELETE ON products
BEGIN SELECT RAISE(ABORT, 'products are never deleted'); END;

CREATE TRIGGER products_identity_frozen BEFORE UPDATE OF sku, supplier_id, ownership, measure, unit, unit_size ON products
BEGIN SELECT RAISE(ABORT, 'what stock and money were reckoned by is never changed'); END;

CREATE TRIGGER floor_consents_never_change BEFORE UPDATE ON floor_consents
BEGIN SELECT RAISE(ABORT, 'a consent is never changed'); END;

CREATE TRIGGER floor_consents_never_deleted BEFORE DELETE ON floor_consents
BEGIN SELECT RAISE(ABORT, 'consents are never deleted'); END;

CREATE TRIGGER lots_stay_with_their_product BEFORE UPDATE OF product_id, made_on, made_at ON lots
BEGIN SELECT RAISE(ABORT, 'a lot stays with its product'); END;

CREATE TRIGGER lots_never_deleted BEFORE DELETE ON lots
BEGIN SELECT RAISE(ABORT, 'lots are never deleted'); END;

CREATE TRIGGER product_events_never_change BEFORE UPDATE ON product_events
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;

CREATE TRIGGER product_events_never_deleted BEFORE DELETE ON product_events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TRIGGER stock_moves_never_below_nothing BEFORE INSERT ON stock_moves
WHEN NEW.quantity + (SELECT COALESCE(SUM(quantity), 0) FROM stock_moves WHERE lot_id = NEW.lot_id) < 0
BEGIN SELECT RAISE(ABORT, 'stock is never below nothing'); END;

CREATE TRIGGER stock_moves_of_their_lots_product BEFORE INSERT ON stock_moves
WHEN NEW.product_id <> (SELECT product_id FROM lots WHERE id = NEW.lot_id)
BEGIN SELECT RAISE(ABORT, 'a move is of the product of its lot'); END;

CREATE TRIGGER stock_moves_never_change BEFORE UPDATE ON stock_moves
BEGIN SELECT RAISE(ABORT, 'a move is never changed'); END;

CREATE TRIGGER stock_moves_never_deleted BEFORE DELETE ON stock_moves
BEGIN SELECT RAISE(ABORT, 'moves are never deleted'); END;

CREATE TRIGGER listings_only_ended BEFORE UPDATE OF product_id, platform, online_shop, price_fen, listed_on, listed_at ON listings
BEGIN SELECT RAISE(ABORT, 'a listing is ended and made anew, never changed'); END;

CREATE TRIGGER listings_never_deleted BEFORE DELETE ON listings
BEGIN SELECT RAISE(ABORT, 'listings are never deleted'); END;

CREATE TRIGGER buy_ups_money_frozen BEFORE UPDATE OF product_id, quantity, amount_fen, lot_no, produced_on, expires_on ON buy_ups
BEGIN SELECT RAISE(ABORT, 'money that was agreed is never changed'); END;

CREATE TRIGGER buy_ups_never_deleted BEFORE DELETE ON buy_ups
BEGIN SELECT RAISE(ABORT, 'purchases of goods are never deleted'); END;

CREATE TRIGGER consignment_sales_never_deleted BEFORE DELETE ON consignment_sales
BEGIN SELECT RAISE(ABORT, 'consignment sales are never deleted'); END;

CREATE TRIGGER consignment_sales_money_frozen
BEFORE UPDATE OF ownership, channel, product_id, quantity, unit, unit_size, amount_fen, commission_fen, cost_fen, sold_on, sold_at
ON consignment_sales WHEN OLD.sold_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'money that was received is never changed'); END;

CREATE TRIGGER consignment_sales_owner_stays BEFORE UPDATE OF supplier_id ON consignment_sales WHEN OLD.supplier_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'whose goods were sold is never changed'); END;

CREATE TRIGGER sale_lots_never_change BEFORE UPDATE ON sale_lots
BEGIN SELECT RAISE(ABORT, 'what a sale takes is never changed'); END;

CREATE TRIGGER sale_lots_never_deleted BEFORE DELETE ON sale_lots
BEGIN SELECT RAISE(ABORT, 'what a sale takes is never deleted'); END;

CREATE TRIGGER settlements_money_frozen BEFORE UPDATE OF supplier_id, amount_fen ON settlements
BEGIN SELECT RAISE(ABORT, 'what is settled is never changed'); END;

CREATE TRIGGER settlements_never_deleted BEFORE DELETE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlements are never deleted'); END;

CREATE TRIGGER consignor_dues_frozen BEFORE UPDATE OF kind, amount_fen, sale_id, move_id, business_on, at ON consignor_dues
BEGIN SELECT RAISE(ABORT, 'what is owed is never changed'); END;

CREATE TRIGGER consignor_dues_owner_stays BEFORE UPDATE OF supplier_id ON consignor_dues WHEN OLD.supplier_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'to whom it is owed is never changed'); END;

CREATE TRIGGER consignor_dues_never_deleted BEFORE DELETE ON consignor_dues
BEGIN SELECT RAISE(ABORT, 'what is owed is never deleted'); END;

CREATE TRIGGER stocktakes_final BEFORE UPDATE ON stocktakes WHEN OLD.state <> 'counting'
BEGIN SELECT RAISE(ABORT, 'a finished stocktake is never changed'); END;

CREATE TRIGGER stocktakes_never_deleted BEFORE DELETE ON stocktakes
BEGIN SELECT RAISE(ABORT, 'stocktakes are never deleted'); END;

CREATE TRIGGER stocktake_counts_final BEFORE UPDATE ON stocktake_counts
WHEN (SELECT state FROM stocktakes WHERE id = OLD.stocktake_id) <> 'counting'
BEGIN SELECT RAISE(ABORT, 'a finished stocktake is never changed'); END;

CREATE TRIGGER stocktake_counts_never_deleted BEFORE DELETE ON stocktake_counts
WHEN (SELECT state FROM stocktakes WHERE id = OLD.stocktake_id) <> 'counting'
BEGIN SELECT RAISE(ABORT, 'a finished stocktake is never changed'); END;
