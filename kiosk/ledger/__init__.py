"""Double entry: every movement of money is an entry whose postings sum to zero; debit is positive, credit negative."""

from kiosk.ledger.actions import Posting, post, reverse
from kiosk.ledger.model import PAID_FROM, WALLETS, Account
from kiosk.ledger.store import balance, balances, by_party, moved

__all__ = ["PAID_FROM", "WALLETS", "Account", "Posting", "balance", "balances", "by_party", "moved", "post", "reverse"]
