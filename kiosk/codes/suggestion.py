"""Which carrier a parcel gets when nobody says otherwise. The batch in the courier's hands knows best, a letter prefix
next, then what this station has confirmed before, then the rule table; guessing further would be a wrong entry in a
ledger, so the rest is 其他 with a warning (domain.md §1.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.codes import carriers
from kiosk.codes.carriers import OTHER, same_family
from kiosk.codes.kinds import PARCEL, Recognised
from kiosk.words import N_, say

#: Learned counts: (prefix, length of the number) → carrier → confirmed intakes.
Learned = Mapping[tuple[str, int], Mapping[str, int]]

PREFIX_LENGTHS = (6, 5, 4)
#: A prefix is believed after three confirmed parcels, four of five of them one carrier's.
LEARNED_AT_LEAST = 3
LEARNED_SHARE = (4, 5)


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to look at; it never stops the intake. ``code`` is stable, ``carriers`` fills the message's names."""

    code: str
    message: str
    carriers: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, str]:
        """The message's facts in the current language."""
        return {name: carriers.find(code).name() for name, code in self.carriers.items()}

    def __str__(self) -> str:
        return say(self.message, **self.facts)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The carrier to write down, what the operator should hear, and all carriers worth a button, best first."""

    carrier: str
    warnings: tuple[Caution, ...] = ()
    ranking: tuple[str, ...] = ()


def prefix_keys(waybill_no: str) -> tuple[tuple[str, int], ...]:
    """The (prefix, length) keys under which a confirmed intake of this number is counted, longest prefix first."""
    return tuple((waybill_no[:size], len(waybill_no)) for size in PREFIX_LENGTHS if len(waybill_no) > size)


def suggest(recognised: Recognised, *, batch_carrier: str | None = None, learned: Learned | None = None) -> Suggestion:
    """The carrier of a recognised waybill (or of a book that the operator called a parcel) and what to warn of.

    A batch of 其他, or none, leaves the number to speak. Warnings: ``waybill.contradicts_batch``,
    ``waybill.carrier_unknown``, ``waybill.check_digit``. ValueError for any other kind of scan.
    """
    if recognised.kind not in PARCEL:
        raise ValueError(f"no waybill: {recognised.kind}")
    ranking, believed = _ranked(recognised.waybill_no, learned or {})
    sure = [candidate.carrier for candidate in recognised.candidates if candidate.confidence == "H"]
    likely = [candidate.carrier for candidate in recognised.candidates if candidate.confidence == "M"]
    buttons = tuple(dict.fromkeys([*sure, *ranking, *(candidate.carrier for candidate in recognised.candidates)]))
    warnings = []
    if batch_carrier and batch_carrier != OTHER:
        carrier = batch_carrier
        if sure and not any(same_family(seems, batch_carrier) for seems in sure):
            warnings.append(
                Caution(
                    "waybill.contradicts_batch",
                    N_("单号像{seems}，本批是{batch}：按本批记，请看一眼面单。"),
                    {"seems": sure[0], "batch": batch_carrier},
                )
            )
    elif len(sure) == 1:
        carrier = sure[0]
    elif believed:
        carrier = believed
    elif len(likely) == 1 and not sure:
        carrier = likely[0]
    else:
        carrier = OTHER
        warnings.append(Caution("waybill.carrier_unknown", N_("认不出是哪家快递，先记为其他；知道的话请改快递公司。")))
    # JD…CN has the S10 form by chance: another carrier's own prefix is not measured by the postal check digit.
    if recognised.s10_ok is False and (carrier not in sure or same_family(carrier, "EMS")):
        warnings.append(
            Caution("waybill.check_digit", N_("国际单号的校验位不对，可能读错了一位，请核对面单上的号码。"))
        )
    return Suggestion(carrier, tuple(warnings), buttons)


def _ranked(waybill_no: str, learned: Learned) -> tuple[list[str], str]:
    """Carriers seen here under the number's longest known prefix, most first, and the one to believe or ''."""
    ranking: list[str] = []
    for key in prefix_keys(waybill_no):
        counts = {carrier: count for carrier, count in learned.get(key, {}).items() if count > 0 and carrier != OTHER}
        if not counts:
            continue
        most = sorted(counts, key=lambda carrier: (-counts[carrier], carrier))
        ranking = ranking or most
        total, best = sum(counts.values()), counts[most[0]]
        if total >= LEARNED_AT_LEAST and best * LEARNED_SHARE[1] >= total * LEARNED_SHARE[0]:
            return ranking, most[0]
        if total >= LEARNED_AT_LEAST:
            break  # several carriers share this very prefix: a shorter one knows less, not more
    return ranking, ""
