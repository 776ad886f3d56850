"""What a format looks like, declared as data: one TOML each, checked when loaded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from xl_lifecycle.core.language.channels import channel_key
from xl_lifecycle.core.language.vocabulary import NOT_ATTRIBUTED, Table, Unit
from xl_lifecycle.core.metrics.measures import MEASURES

NULLS = frozenset({"", "-", "--", "—", "n/a", "#n/a", "null", "none", "(blank)"})
PLAIN = "Table of monthly figures"  # the team's own
ITEMS = "Table of items"  # the one source that tells of things one by one
NOTHING = re.compile(r"(?!)")
NAMES = frozenset(measure.name for measure in MEASURES)
IN_DAYS = tuple(measure.name for measure in MEASURES if measure.unit is Unit.DAYS)


@dataclass(frozen=True)
class Event:
    """What a record counts for: once, or an amount, in the month of a date, if it is in a state.

    state, covers: names of states, "a|b" for either; the month coverage is that of the records in covers.
    turn: "first" or "later" among the records of one owner that are in that state.
    needs: roles of which the file must have a column, else the measure is not covered; or_seen: unless
    a record is in the state. less: the role of an amount to take away. turn "monthly": an owner's first of a month.
    since: instead of counting, the median of the days since the date of a role, "a|b" for the first that it has.
    agreed: roles by which a team's own definition counts; instead: the date of records without the event's own.
    """

    measure: str
    date: str
    amount: str = ""
    less: str = ""
    state: str = ""
    covers: str = ""
    turn: str = ""
    needs: tuple[str, ...] = ()
    or_seen: bool = False
    since: str = ""
    agreed: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True)
class Declaration:
    """A format. columns: role -> its headers, the preferred first. required: roles, "a|b" for either.

    without: headers that such a file never has. measures: measure -> roles, the first that the file has.
    states: name -> (role, pattern), any of which holds. owner: roles, the first that a record has.
    adds: other sources' values of the same channel add to these, as those of two ad platforms do.
    one_currency: headers of amounts that the tool has converted, whatever its currency column says.
    currency: the only one there is. together: roles whose n-th names belong together.
    exported: when the file says that it was made.
    says, warns, rows: what lines outside of the table must say, may warn of, and how many rows they count.
    where: measure -> (role, pattern), which rows count. total_blank: a role that only a total leaves empty.
    kind: of the items that a report lists; item_header: those that have a column each, and their names.
    family: several tables of one archive or workbook, which share their dates.
    yields: left out where another source gives the measure. own: a team's own declaration, which comes first.
    """

    title: str
    shape: str
    columns: dict[str, tuple[str, ...]]
    required: tuple[str, ...]
    measures: dict[str, tuple[str, ...]]
    without: frozenset[str] = frozenset()
    events: tuple[Event, ...] = ()
    states: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = field(default_factory=dict)
    owner: tuple[str, ...] = ()
    nulls: frozenset[str] = NULLS
    comment: str = ""
    footer: re.Pattern[str] = NOTHING
    range_start: re.Pattern[str] = NOTHING
    range_end: re.Pattern[str] = NOTHING
    range_line: bool = False
    exported: re.Pattern[str] = NOTHING
    date_order: str = ""
    total_own: re.Pattern[str] = NOTHING
    total_other: re.Pattern[str] = NOTHING
    total_column: re.Pattern[str] = NOTHING
    channel: str | None = None
    channels: dict[str, str] = field(default_factory=dict)
    no_channel: str = NOT_ATTRIBUTED
    adds: bool = False
    one_currency: frozenset[str] = frozenset()
    currency: str = ""
    together: tuple[str, ...] = ()
    says: re.Pattern[str] = NOTHING
    warns: re.Pattern[str] = NOTHING
    rows: re.Pattern[str] = NOTHING
    where: dict[str, tuple[str, re.Pattern[str]]] = field(default_factory=dict)
    total_blank: str = ""
    kind: str = ""
    item_header: re.Pattern[str] = NOTHING
    family: str = ""
    yields: bool = False
    own: bool = False

    def known_channel(self, word: str) -> str:
        """Our channel for the format's word; a word it does not declare stands for itself."""
        word = " ".join(word.split())
        own = channel_key(word) if self.shape in ("plain", "items") else word.replace("/", "-")
        return self.channels.get(word.casefold()) or own

    def is_null(self, text: str) -> bool:
        return text.strip().casefold() in self.nulls


def load(name: str, texts: Mapping[str, str], own: bool = False) -> Declaration:
    """A declaration from its TOML; ValueError says what is wrong with it."""
    raw = _raw(name, texts)
    columns = {role: tuple(names) for role, names in raw["columns"].items()}
    measures = {measure: tuple(roles) for measure, roles in raw.get("measures", {}).items()}
    events = tuple(Event(**{**event, "needs": tuple(event.get("needs", ()))}) for event in raw.get("event", ()))
    states = {
        state: tuple((each["column"], _pattern(each["matches"])) for each in ways)
        for state, ways in raw.get("states", {}).items()
    }
    preamble, totals, channel = raw.get("preamble", {}), raw.get("totals", {}), raw.get("channel", {})
    item = raw.get("item", {})
    declaration = Declaration(
        title=raw["title"],
        shape=raw.get("shape", "aggregate"),
        columns=columns,
        required=tuple(raw["required"]),
        measures=measures,
        without=frozenset(header.casefold() for header in raw.get("without", ())),
        events=events,
        states=states,
        owner=tuple(raw.get("owner", ())),
        nulls=NULLS | {null.strip().casefold() for null in raw.get("nulls", ())},
        comment=raw.get("comment", ""),
        footer=_pattern(preamble.get("footer")),
        range_start=_pattern(preamble.get("start")),
        range_end=_pattern(preamble.get("end")),
        range_line=preamble.get("range_line", False),
        exported=_pattern(preamble.get("exported")),
        date_order=raw.get("date_order", ""),
        total_own=_pattern(totals.get("own")),
        total_other=_pattern(totals.get("other")),
        total_column=_pattern(totals.get("table_by")),
        channel=channel.get("always"),
        channels={word.casefold(): key for key, words in channel.get("words", {}).items() for word in words},
        adds=raw.get("adds", False),
        one_currency=frozenset(raw.get("one_currency", ())),
        currency=raw.get("currency", ""),
        together=tuple(raw.get("together", ())),
        says=_pattern(preamble.get("says")),
        warns=_pattern(preamble.get("warns")),
        rows=_pattern(preamble.get("rows")),
        where={measure: (way["column"], _pattern(way["matches"])) for measure, way in raw.get("where", {}).items()},
        total_blank=totals.get("blank", ""),
        kind=item.get("kind", ""),
        item_header=_pattern(item.get("header")),
        family=raw.get("family", ""),
        yields=raw.get("yields", False),
        own=own,
    )
    _validate(name, declaration)
    return declaration


def _raw(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """A TOML's content, upon that of the one that it is like."""
    raw: dict[str, Any] = tomllib.loads(texts[name])
    base = _raw(f"{raw['like']}.toml", texts) if "like" in raw else {"columns": {}}
    return {**base, **raw, "columns": {**base["columns"], **raw["columns"]}}


def _pattern(text: str | None) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE) if text else NOTHING


def _validate(name: str, declared: Declaration) -> None:
    roles = set(declared.columns)
    used = {role for group in declared.required for role in group.split("|")} | set(declared.owner)
    used |= {role for group in declared.measures.values() for role in group}
    used |= {role for ways in declared.states.values() for role, _ in ways}
    used |= {*declared.together, declared.total_blank} - {""} | {role for role, _ in declared.where.values()}
    for event in declared.events:
        used |= {event.date, *event.needs} | ({event.amount, event.less, *event.since.split("|")} - {""})
        for state in {*event.state.split("|"), *event.covers.split("|")} - {""}:
            if state not in declared.states:
                raise ValueError(f"{name}: no state {state!r} is declared")
    if missing := used - roles:
        raise ValueError(f"{name}: no column is declared for {', '.join(sorted(missing))}")
    if unknown := {*declared.measures, *(event.measure for event in declared.events)} - NAMES:
        raise ValueError(f"{name}: {', '.join(sorted(unknown))} is no measure")
    for event in declared.events:
        if bool(event.since) != (event.measure in IN_DAYS):
            todo = "takes no since" if event.since else "needs since, the role of the date that its days count from"
            raise ValueError(f"{name}: the event of {event.measure} {todo}")
    if declared.shape not in ("aggregate", "records", "report of items"):
        raise ValueError(f"{name}: shape {declared.shape!r} is not aggregate, records or report of items")


@cache
def formats() -> tuple[Declaration, ...]:
    """All formats: the declared ones by file name, then the team's own tables."""
    texts = built_in()
    return (*(load(name, texts) for name in sorted(texts)), _items(), _plain())


def titles() -> tuple[str, ...]:
    """What the formats are called, as rules about sources name them."""
    return tuple(each.title for each in formats())


def events(title: str) -> Declaration:
    """What events come to, added up by month before they come here: no file has this format."""
    return Declaration(title, "events", {}, (), {})


def built_in() -> dict[str, str]:
    """The declarations that come with us: file name -> TOML."""
    return {file.name: file.read_text("utf-8") for file in files(__package__).iterdir() if file.name.endswith(".toml")}


MONTH_WORDS = ("month", "월", "연월", "년월", "月", "年月", "対象月")
CHANNEL_WORDS = ("channel", "채널", "チャネル", "チャンネル")
CAMPAIGN_WORDS = ("campaign", "캠페인", "キャンペーン")
MEASURE_WORDS = ("measure", "metric", "kpi", "측정값", "지표", "指標", "測定値")
VALUE_WORDS = ("value", "값", "値")


def _plain() -> Declaration:
    """The team's own table: a row a month, channel and campaign, a column a measure."""
    recorded = [measure for measure in MEASURES if measure.table is not Table.ITEMS]
    return Declaration(
        title=PLAIN,
        shape="plain",
        columns={"month": MONTH_WORDS, "channel": CHANNEL_WORDS, "campaign": CAMPAIGN_WORDS}
        | {each.name: (each.name, *each.label.everywhere, each.name.replace("_", " ")) for each in recorded},
        required=("month", "|".join(measure.name for measure in recorded)),
        measures={measure.name: (measure.name,) for measure in recorded},
        total_own=_pattern(r"^(grand )?total$|^(sum|합계|총계|合計|総計)$"),
        no_channel="",
    )


def _items() -> Declaration:
    """The team's own table of single things: a row a month, thing and measure."""
    return Declaration(
        title=ITEMS,
        shape="items",
        columns={
            "month": MONTH_WORDS,
            "kind": ("kind", "종류", "種類"),
            "item": ("item", "항목", "項目"),
            "channel": CHANNEL_WORDS,
            "measure": MEASURE_WORDS,
            "value": VALUE_WORDS,
        },
        required=("month", "kind", "item", "measure", "value"),
        measures={},
        no_channel="",
    )
