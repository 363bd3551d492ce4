"""Double entry: every movement of money is an entry whose postings sum to zero; debit is positive, credit negative."""

from kiosk.ledger.actions import Posting, post, reverse
from kiosk.ledger.model import Account
from kiosk.ledger.store import balance, balances, moved

__all__ = ["Account", "Posting", "balance", "balances", "moved", "post", "reverse"]
