-- Ledgers are asked by business date: one index for each book, so that a month among years costs what a month holds.

CREATE INDEX parcels_by_day ON parcels (checked_in_on) WHERE checked_in_on IS NOT NULL;
CREATE INDEX purchases_by_ordered_on ON purchases (ordered_on) WHERE ordered_on IS NOT NULL;
CREATE INDEX bills_by_recorded_on ON bills (recorded_on);
CREATE INDEX conveniences_by_recorded_on ON conveniences (recorded_on);
CREATE INDEX products_by_made_on ON products (made_on);
CREATE INDEX supplier_docs_by_seen_on ON supplier_docs (seen_on);
CREATE INDEX stocktakes_by_begun_on ON stocktakes (begun_on);
