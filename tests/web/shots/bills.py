"""Pictures of the pages of bills: the form with what it asks, the list of what is to do, a bill in each state."""

from playwright.sync_api import Page

from tests.web.shots import Shot, row


def _in(state: str) -> str:
    return f"SELECT MAX(id) FROM bills WHERE state = '{state}'"


def _top_up(page: Page) -> None:
    """A top-up whose number is about to be read back."""
    page.locator("select[name=biller]").select_option("mobile-demo")
    for name, typed in (("account_no", "19900001234"), ("account_again", "19900001234"), ("amount", "30")):
        page.fill(f"[name={name}]", typed)
    page.click("main button.main.big")
    page.wait_for_selector("[name=is_read_back]")


def _in_full(page: Page) -> None:
    page.click("main form[action$=unmask] button")
    page.wait_for_selector(".huge")


SHOTS = {
    "bills.new_bill": (Shot("/bills/new", "bill"), Shot("/bills/new", "bill-top-up", then=_top_up)),
    "bills.all_bills": (Shot("/bills", "bills"), Shot("/bills?state=all", "bills-all")),
    "bills.one_bill": (
        *(
            Shot(row("/bills/{}", _in(state)), f"bill-{state}")
            for state in ("received", "submitted", "unconfirmed", "failed", "confirmed")
        ),
        Shot(row("/bills/{}", _in("received")), "bill-in-full", then=_in_full),
    ),
}
