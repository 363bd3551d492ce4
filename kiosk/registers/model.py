"""What a register (登记簿) is: its fields, states, steps, clocks, counters and paper, as its file says them. Built from plain
data, so that the form an entry was written with can be kept beside it and read again when the file has long changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk import fields as typed
from kiosk.words import DEFAULT_LOCALE, N_, current_locale

CASE = "register"
OPENED, CORRECTED, UNDONE, WITHDRAWN = "opened", "corrected", "undone", "withdrawn"
BUILT_IN: Mapping[str, str] = {
    OPENED: N_("登记"), CORRECTED: N_("更正"), UNDONE: N_("撤销上一步"), WITHDRAWN: N_("作废（登记错了）"),
}  # fmt: skip
TYPES = (
    "text",
    "note",
    "choice",
    "date",
    "time",
    "money",
    "count",
    "number",
    "month",
    "person",
    "phone",
    "tick",
    "photo",
    "signature",
)
#: Never in a form of people's words, whatever the file says; ``text`` is where the file does not say otherwise.
ALWAYS_PERSONAL = frozenset({"note", "person", "phone"})
PICTURES = frozenset({"photo", "signature"})
GROUPS: Mapping[str, str] = {
    "service": N_("服务和投诉"), "supervision": N_("检查和整改"), "premises": N_("设备和资产"),
    "activities": N_("培训和活动"), "people": N_("人员"), "records": N_("其他登记"),
}  # fmt: skip
TERMS = ("register", "activity")


def in_language(chinese: str, english: str, locale: str | None = None) -> str:
    """The data's own words in the reader's language, where it has them."""
    return chinese if (locale or current_locale()) == DEFAULT_LOCALE else english or chinese


@dataclass(frozen=True, slots=True)
class Field(typed.Field):
    """A field of a register. ``asked``: with which acts; ``may_be_ahead``: a date after today is no slip of the pen;
    ``not_before``: the date or time beside it that it may not lie before."""

    asked: tuple[str, ...] = (OPENED,)
    personal: bool = True
    choices_en: tuple[str, ...] = ()
    default: str = ""
    hint_en: str = ""
    may_be_past: bool = True
    may_be_ahead: bool = True
    not_before: str = ""
    most_pictures: int = 3
    list: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether what is typed goes into the vault."""
        return self.type in ALWAYS_PERSONAL or (self.type == "text" and self.personal)

    def advice(self, locale: str | None = None) -> str:
        """What stands under it in a form."""
        return in_language(self.hint, self.hint_en, locale)

    def choice(self, kept: str, locale: str | None = None) -> str:
        """One of its choices in the reader's language."""
        return self.told(kept, locale) if self.type == "choice" else kept

    def told(self, kept: str, locale: str | None = None, *, is_masked: bool = True) -> str:
        """A kept value in words."""
        if self.type == "choice" and kept in self.choices and self.choices_en:
            return in_language(kept, self.choices_en[self.choices.index(kept)], locale)
        return typed.show(self.type, kept, is_masked=is_masked)


@dataclass(frozen=True, slots=True)
class Rows:
    """Repeated rows of an entry. ``fixed``: these rows and no others, each named by its first column."""

    code: str
    name: str
    fields: tuple[Field, ...]
    name_en: str = ""
    asked: tuple[str, ...] = (OPENED,)
    required: bool = False
    most: int = 60
    fixed: tuple[str, ...] = ()
    fixed_en: tuple[str, ...] = ()
    fixed_label: str = ""
    fixed_label_en: str = ""

    def title(self, locale: str | None = None) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en, locale)

    def fixed_head(self, locale: str | None = None) -> str:
        """What stands over the first column of fixed rows."""
        return in_language(self.fixed_label, self.fixed_label_en, locale)

    def fixed_name(self, place: int, locale: str | None = None) -> str:
        """The name of the fixed row in this place; '' for others."""
        if place >= len(self.fixed):
            return ""
        return in_language(self.fixed[place], self.fixed_en[place] if self.fixed_en else "", locale)


@dataclass(frozen=True, slots=True)
class State:
    """A state. ``kind``: ``open`` (work left), ``done`` (ended), ``kept`` (a standing thing that neither waits nor ends)."""

    code: str
    name: str
    kind: str
    name_en: str = ""

    def title(self, locale: str | None = None) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en, locale)


@dataclass(frozen=True, slots=True)
class Step:
    """What may be done with an entry in some states, and where it leads."""

    code: str
    name: str
    begins: tuple[str, ...]
    to: str
    name_en: str = ""
    who: str = "operator"
    words: str = ""
    words_en: str = ""

    def title(self, locale: str | None = None) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en, locale)

    def hint(self, locale: str | None = None) -> str:
        """What stands under its name."""
        return in_language(self.words, self.words_en, locale)


@dataclass(frozen=True, slots=True)
class Clock:
    """By when something must have happened: ``days`` after ``begins`` (``opened``, ``entered`` or a date field)."""

    code: str
    name: str
    begins: str
    days: int
    runs_in: tuple[str, ...]
    name_en: str = ""
    working_days: bool = False
    warn_days: int = 0

    def title(self, locale: str | None = None) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en, locale)


@dataclass(frozen=True, slots=True)
class Counter:
    """One number of a register for reports; ``where`` narrows it by fields. ``register`` is the register's code."""

    register: str
    code: str
    name: str
    counts: str
    name_en: str = ""
    unit: str = ""
    by: str = OPENED
    sum: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """``complaints.new``."""
        return f"{self.register}.{self.code}"

    def title(self, locale: str | None = None) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en, locale)


@dataclass(frozen=True, slots=True)
class Alike:
    """When two entries are taken for the same: so many per cent of these fields' words alike within so many days."""

    fields: tuple[str, ...]
    least: int
    within_days: int
    refuse: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """How an entry comes out on paper. ``slip`` names the fields of its slip; none: there is no slip."""

    title: str = ""
    title_en: str = ""
    sign: tuple[str, ...] = ()
    sign_en: tuple[str, ...] = ()
    landscape: bool = False
    slip: tuple[str, ...] = ()
    slip_words: str = ""
    slip_words_en: str = ""

    def places(self, locale: str | None = None) -> tuple[str, ...]:
        """Who signs by hand, in the reader's language."""
        is_chinese = (locale or current_locale()) == DEFAULT_LOCALE
        return self.sign if is_chinese else self.sign_en or self.sign


@dataclass(frozen=True, slots=True)
class Register:
    """A whole register. ``raw`` is the data it was built from."""

    code: str
    name: str
    name_en: str
    letter: str
    form: str
    group: str
    order: int
    title_field: str
    date_field: str
    note: str
    note_en: str
    process: tuple[str, ...]
    process_en: tuple[str, ...]
    kept: str
    links: tuple[str, ...]
    open_who: str
    is_kept: bool
    fields: tuple[Field, ...]
    rows: tuple[Rows, ...]
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    clocks: tuple[Clock, ...]
    counters: tuple[Counter, ...]
    alike: Alike | None
    paper: Paper
    raw: Mapping[str, Any]

    def title(self, locale: str | None = None) -> str:
        """Its name in the reader's language."""
        return in_language(self.name, self.name_en, locale)

    def about(self, locale: str | None = None) -> str:
        """The line above its form."""
        return in_language(self.note, self.note_en, locale)

    def public_process(self, locale: str | None = None) -> tuple[str, ...]:
        """How it is done, as everybody may read it."""
        is_chinese = (locale or current_locale()) == DEFAULT_LOCALE
        return self.process if is_chinese else self.process_en or self.process

    def field(self, code: str) -> Field | None:
        """The field of this code."""
        return next((one for one in self.fields if one.code == code), None)

    def group_of_rows(self, code: str) -> Rows | None:
        """The rows of this code."""
        return next((one for one in self.rows if one.code == code), None)

    def state(self, code: str) -> State | None:
        """The state of this code; the built-in ``withdrawn`` too."""
        if code == WITHDRAWN:
            return State(WITHDRAWN, N_("已作废"), "done", "Withdrawn")
        return next((one for one in self.states if one.code == code), None)

    def step(self, code: str) -> Step | None:
        """The step of this code."""
        return next((one for one in self.steps if one.code == code), None)

    def who(self, act: str) -> str:
        """Who alone may take an act: ``operator`` is anybody who serves."""
        step = self.step(act)
        return self.open_who if act == OPENED else step.who if step is not None else "operator"

    def next_steps(self, state: str) -> tuple[Step, ...]:
        """The steps that may be taken in a state."""
        return tuple(step for step in self.steps if state in step.begins)

    def asked(self, act: str) -> tuple[Field, ...]:
        """The fields asked with an act."""
        return tuple(one for one in self.fields if act in one.asked)

    def rows_asked(self, act: str) -> tuple[Rows, ...]:
        """The rows asked with an act."""
        return tuple(one for one in self.rows if act in one.asked)

    def paper_title(self, locale: str | None = None) -> str:
        """What stands over its A4 sheet."""
        return in_language(self.paper.title or self.name, self.paper.title_en or self.name_en, locale)
