"""Lists on the three days: the courier who brings one parcel too few and signs with the mouse, the one who takes returns, the
station that gets parcels passed on, the round to the doors."""

from __future__ import annotations

from playwright.sync_api import expect

from kiosk.counter import set_aside
from kiosk.counter.hand_over import hand_over_one
from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import forced
from tests.journeys.days.line import Line
from tests.journeys.unhappy_manifests import PATHS as LIST
from tests.services.manifest_bench import drawn
from tests.web.counter import MANAGER, arrive

CAME, BACK, OTHER, ON, DOOR = (f"YT74602666{n:05d}" for n in (701, 702, 703, 704, 705))
JITU = "JT5261988016701"
#: Of nobody.
NOBODYS = "YT7460266600799"


def _collect(counter: Counter, *parcels: int) -> None:
    """They leave, so that no other room meets them."""
    with counter.station.store.transaction(MANAGER) as tx:
        for parcel_id in parcels:
            hand_over_one(tx, parcel_id, "waybill", even_set_aside=True, desk_id=None)


def _collect_api(line: Line, *parcels: int) -> None:
    for parcel_id in parcels:
        line.post(f"/parcels/{parcel_id}/hand-over", {"method": "waybill", "even_set_aside": True})


def _aside(counter: Counter, *parcels: int) -> None:
    with counter.station.store.transaction(MANAGER) as tx:
        for parcel_id in parcels:
            set_aside.mark_to_return(tx, parcel_id, "overdue")


def _state(road: Counter | Line, parcel_id: int) -> str:
    return str(road.value("SELECT state FROM parcels WHERE id = ?", parcel_id))


def _latest(road: Counter | Line) -> int:
    return int(road.value("SELECT MAX(id) FROM manifests"))


def _draw(counter: Counter) -> None:
    """Signs on the board with the mouse."""
    board = counter.page.locator("canvas[data-signature]")
    board.scroll_into_view_if_needed()
    frame = board.bounding_box()
    assert frame is not None
    mouse = counter.page.mouse
    for left in (40, 160):
        mouse.move(frame["x"] + left, frame["y"] + 30)
        mouse.down()
        for step in range(1, 9):
            mouse.move(frame["x"] + left + 9 * step, frame["y"] + 30 + (step % 2) * 40)
        mouse.up()


def _press_on(counter: Counter, form: str, button: str) -> None:
    with counter.page.expect_navigation():
        counter.page.locator(f"{form} {button}").first.click()


def _short(counter: Counter) -> None:
    counter.go("/intake")
    counter.send("#begin-form", "button.main", courier="周师傅", declared="2")
    counter.page.locator("summary", has_text="条码扫不出").click()
    counter.send("#typed-form", "button", waybill_no=CAME, phone="4321")
    counter.press("本批结束")
    counter.expect_said("相差 -1 件")
    manifest_id = _latest(counter)
    expect(counter.page.locator("a.button", has_text="去签收").first).to_have_attribute(
        "href", f"/manifests/{manifest_id}"
    )
    counter.press("去签收")
    sign = f"#sign-{manifest_id}"
    expect(counter.page.locator(sign)).to_contain_text("少 1 件")
    _press_on(counter, sign, "button[value=screen]")
    counter.expect_refused("签字板上还没有字")
    _draw(counter)
    counter.page.locator("[data-signature-clear]").click()
    _press_on(counter, sign, "button[value=screen]")
    counter.expect_refused("签字板上还没有字")
    _draw(counter)
    _press_on(counter, sign, "button[value=screen]")
    counter.expect_refused("应到 2 件，实到 1 件，少 1 件")
    expect(counter.page.locator(sign)).to_be_visible()
    _draw(counter)
    counter.page.locator("[name=accepts_difference]").check()
    _press_on(counter, sign, "button[value=screen]")
    counter.expect_said("已签收")
    expect(counter.page.locator("main")).to_contain_text("在屏幕上签字")
    answer = forced(counter, f"/manifests/{manifest_id}/sign", how="paper")
    assert answer.status == 422 and "已经签收过了" in answer.text
    assert counter.value("SELECT bytes FROM attachments ORDER BY id DESC LIMIT 1") < 60_000
    _collect(counter, int(counter.value("SELECT id FROM parcels WHERE waybill_no = ?", CAME)))


def _short_api(line: Line) -> None:
    batch = line.post("/batches", {"carrier": "YTO", "courier": "周师傅", "declared": 2}, status=201)
    parcel = line.post("/parcels", {"waybill_no": CAME, "phone_tail": "4321", "batch_id": batch["id"]}, status=201)
    sign = f"/manifests/{line.post('/batches/{}/close'.format(batch['id']))['manifest_id']}/sign"
    line.refused(sign, {"how": "screen"}, "signature.empty")
    line.refused(sign, {"how": "screen", "signature": drawn()}, "manifest.difference")
    line.post(sign, {"how": "screen", "signature": drawn(), "accepts_difference": True})
    line.refused(sign, {"how": "paper"}, "manifest.signed_before")
    _collect_api(line, parcel["id"])


def _back(counter: Counter) -> None:
    first, second, other = arrive(counter.station, BACK), arrive(counter.station, OTHER), arrive(counter.station, JITU)
    _aside(counter, first, other)
    counter.go("/manifests")
    counter.send("#begin-return", "button", carrier="YTO")
    listed_id = _latest(counter)
    add, close = f"#add-form-{listed_id}", f"#close-form-{listed_id}"
    counter.send(close)
    counter.expect_refused("清单上还没有件")
    for code, words in ((NOBODYS, "没有这个快件"), (OTHER, "没有列入待退"), (JITU, "不能交给圆通速递")):
        counter.send(add, "button", code=code)
        counter.expect_refused(words)
    counter.scan(BACK)
    expect(counter.page.locator("#said .said.done")).to_contain_text("放进退件交接清单了")
    counter.scan(BACK)
    expect(counter.page.locator("#said .said.already")).to_be_visible()
    with counter.station.store.transaction(MANAGER) as tx:
        set_aside.put_back(tx, other)
    counter.go("/manifests")
    counter.send("#begin-transfer", "button", receiver="河东服务站")
    answer = forced(counter, f"/manifests/{_latest(counter)}/parcels", code=BACK)
    assert answer.status == 422, "a parcel that goes back is not passed on"
    answer = forced(counter, f"/manifests/{_latest(counter)}/void")
    assert answer.status in (200, 303)
    counter.go("/manifests")
    counter.press("接着清点")
    counter.send(close)
    counter.expect_said("请对方签收")
    _press_on(counter, f"#sign-{listed_id}", "button[value=paper]")
    counter.expect_said("1 件已退回快递公司")
    assert _state(counter, first) == "returned"
    counter.page.locator("summary", has_text="对方没拿走").click()
    counter.press("撤销这次交接")
    counter.expect_said("件都还在原来的货架上")
    assert _state(counter, first) == "to_return"
    _collect(counter, first, second, other)


def _parcel_api(line: Line, waybill: str) -> int:
    parcel = {"waybill_no": waybill, "phone_tail": "4321", "print_mode": "never"}
    return int(line.post("/parcels", parcel, status=201)["id"])


def _back_api(line: Line) -> None:
    first, second, other = (_parcel_api(line, waybill) for waybill in (BACK, OTHER, JITU))
    for parcel_id in (first, other):
        line.post(f"/parcels/{parcel_id}/set-aside", {"state": "to_return", "reason": "overdue"})
    here = f"/manifests/{line.post('/manifests', {'kind': 'return', 'carrier': 'YTO'}, status=201)['id']}"
    line.refused(f"{here}/close", {}, "manifest.nothing_on_it")
    line.refused(f"{here}/parcels", {"parcel_id": 99_999}, "parcel.unknown")
    line.refused(f"{here}/parcels", {"parcel_id": second}, "manifest.not_to_return")
    line.refused(f"{here}/parcels", {"parcel_id": other}, "manifest.other_carrier")
    line.post(f"{here}/parcels", {"parcel_id": first})
    line.post(f"{here}/close", {})
    line.post(f"{here}/sign", {"how": "paper"})
    assert _state(line, first) == "returned"
    line.post(f"{here}/void", {})
    assert _state(line, first) == "to_return"
    _collect_api(line, first, second, other)


def _changed(counter: Counter) -> None:
    first, second = arrive(counter.station, BACK), arrive(counter.station, ON)
    counter.go("/manifests")
    counter.send("#begin-transfer", "button", receiver="河东服务站")
    for code in (BACK, ON):
        counter.scan(code)
        expect(counter.page.locator("#said .said.done")).to_contain_text("转交清单")
    listed_id = _latest(counter)
    counter.send(f"#close-form-{listed_id}")
    counter.expect_said("共 2 件")
    _collect(counter, first)
    counter.go(f"/manifests/{listed_id}")
    _press_on(counter, f"#sign-{listed_id}", "button[value=paper]")
    counter.expect_refused("清单上的 .* 已有变动")
    counter.page.locator("summary", has_text="清单不对").click()
    counter.press("作废这张，重开一张")
    counter.expect_said("重开的一张")
    counter.send(f"#close-form-{_latest(counter)}")
    _press_on(counter, f"#sign-{_latest(counter)}", "button[value=paper]")
    counter.expect_said("1 件已转交")
    assert _state(counter, second) == "passed_on"


def _changed_api(line: Line) -> None:
    first, second = _parcel_api(line, BACK), _parcel_api(line, ON)
    begun = line.post("/manifests", {"kind": "transfer", "receiver": "河东服务站"}, status=201)
    here = f"/manifests/{begun['id']}"
    for parcel_id in (first, second):
        line.post(f"{here}/parcels", {"parcel_id": parcel_id})
    line.post(f"{here}/close", {})
    _collect_api(line, first)
    line.refused(f"{here}/sign", {"how": "paper"}, "manifest.piece_changed")
    here = f"/manifests/{line.post(f'{here}/renew')['id']}"
    line.post(f"{here}/close", {})
    line.post(f"{here}/sign", {"how": "paper"})
    assert _state(line, second) == "passed_on"


def _round(counter: Counter) -> None:
    first, second = arrive(counter.station, DOOR), arrive(counter.station, OTHER)
    counter.go("/manifests")
    counter.send("#begin-door", "button")
    counter.expect_refused("还没有填交给谁")
    counter.send("#begin-transfer", "button", receiver="河东服务站")
    counter.scan(OTHER)
    expect(counter.page.locator("#said .said.done")).to_be_visible()
    other_id = _latest(counter)
    counter.go("/manifests")
    counter.send("#begin-door", "button", receiver="赵送货")
    listed_id = _latest(counter)
    counter.send(f"#add-form-{listed_id}", "button", code=OTHER)
    counter.expect_refused("这件已在转交清单")
    answer = forced(counter, f"/manifests/{other_id}/void")
    assert answer.status in (200, 303), answer.text[-3000:]
    for code in (DOOR, OTHER):
        counter.send(f"#add-form-{listed_id}", "button", code=code)
        counter.expect_said("放进清单了")
    counter.send(f"#close-form-{listed_id}")
    _draw(counter)
    _press_on(counter, f"#sign-{listed_id}", "button[value=screen]")
    counter.expect_said("2 件出发")
    counter.press("送到了")
    counter.expect_said("已登记送到")
    answer = forced(counter, f"/manifests/{listed_id}/tell", parcel_id=first, outcome="brought_back")
    assert answer.status == 422 and "已经登记过了" in answer.text
    counter.page.locator("summary", has_text="对方没拿走").click()
    counter.press("撤销这次交接")
    counter.expect_refused("已有件送到了")
    counter.page.locator("summary", has_text="这一趟结束了").click()
    counter.press("其余都带回来了")
    counter.expect_said("带回 1 件")
    assert (_state(counter, first), _state(counter, second)) == ("door_delivered", "on_shelf")
    _collect(counter, second)


def _round_api(line: Line) -> None:
    first, second = _parcel_api(line, DOOR), _parcel_api(line, OTHER)
    line.refused("/manifests", {"kind": "door"}, "manifest.receiver_needed")
    other = f"/manifests/{line.post('/manifests', {'kind': 'transfer', 'receiver': '河东服务站'}, status=201)['id']}"
    line.post(f"{other}/parcels", {"parcel_id": second})
    here = f"/manifests/{line.post('/manifests', {'kind': 'door', 'receiver': '赵送货'}, status=201)['id']}"
    line.refused(f"{here}/parcels", {"parcel_id": second}, "manifest.on_another")
    line.post(f"{other}/void", {})
    for parcel_id in (first, second):
        line.post(f"{here}/parcels", {"parcel_id": parcel_id})
    line.post(f"{here}/close", {})
    line.post(f"{here}/sign", {"how": "screen", "signature": drawn()})
    line.post(f"{here}/parcels/{first}/outcome", {"outcome": "delivered"})
    line.refused(f"{here}/parcels/{first}/outcome", {"outcome": "brought_back"}, "manifest.piece_ended")
    line.refused(f"{here}/void", {}, "manifest.round_told")
    line.post(f"{here}/parcels/{second}/outcome", {"outcome": "brought_back"})
    assert _state(line, first) == "door_delivered"
    _collect_api(line, second)


PATHS = (
    listed(LIST, "list-difference", _short, _short_api, also=("list-board-empty", "list-signed-twice")),
    listed(
        LIST, "list-not-set-aside", _back, _back_api,
        also=("list-other-carrier", "list-nothing", "list-unknown", "list-not-taken"),
    ),
    listed(LIST, "list-collected", _changed, _changed_api),
    listed(LIST, "list-nobody", _round, _round_api, also=("list-twice", "list-told-twice", "list-round-told")),
)  # fmt: skip
