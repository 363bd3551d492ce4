-- What the carrier collects at the hand-over: cash on delivery (代收货款) and freight that the recipient pays (到付).

ALTER TABLE parcels ADD COLUMN cod_fen INTEGER NOT NULL DEFAULT 0 CHECK (cod_fen >= 0);
ALTER TABLE parcels ADD COLUMN freight_collect_fen INTEGER NOT NULL DEFAULT 0 CHECK (freight_collect_fen >= 0);
