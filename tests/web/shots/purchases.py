"""Pictures of the pages of proxy purchases: the form, the list, one purchase in each kind of state."""

from tests.web.shots import Shot, row


def _in(state: str) -> str:
    return f"SELECT MIN(id) FROM purchases WHERE state = '{state}'"


SHOTS = {
    "purchases.all_purchases": (
        Shot("/purchases", "purchases"),
        Shot("/purchases?show=disputed", "purchases-disputed"),
        Shot("/purchases?show=", "purchases-all"),
    ),
    "purchases.one_purchase": tuple(
        Shot(row("/purchases/{}", _in(state)), f"purchase-{state}")
        for state in ("requested", "quoted", "ordered", "shipped", "arrived", "handed_over", "returning", "closed")
    ),
}
