-- What stands on each account and with whom, kept as entries are posted: a till asks for the drawer at every payout, and
-- five years of postings are too many to add up each time. Held against the postings by `kiosk check`.

CREATE TABLE account_balances (
    account TEXT NOT NULL,
    party TEXT NOT NULL,
    fen INTEGER NOT NULL,
    PRIMARY KEY (account, party)
) STRICT, WITHOUT ROWID;
INSERT INTO account_balances (account, party, fen)
SELECT p.account, p.party, SUM(p.amount_fen) FROM postings p JOIN entries e ON e.id = p.entry_id WHERE e.posted = 1
GROUP BY p.account, p.party;
