"""What a format looks like, declared as data: one TOML each, checked when loaded.

A key of the TOML is declared in one place: the field of `Declaration` or `Event` that it sets.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any

from xl_lifecycle.core.language.channels import channel_key
from xl_lifecycle.core.language.vocabulary import NOT_ATTRIBUTED, InputTable, Unit
from xl_lifecycle.core.metrics.measures import MEASURES

NULLS = frozenset({"", "-", "--", "—", "n/a", "#n/a", "null", "none", "(blank)"})
PLAIN = "Table of monthly figures"  # the team's own
ITEMS = "Table of items"  # the one source that tells of things one by one
NOTHING = re.compile(r"(?!)")
NAMES = frozenset(measure.name for measure in MEASURES)
IN_DAYS = tuple(measure.name for measure in MEASURES if measure.unit is Unit.DAYS)


@dataclass(frozen=True)
class Event:
    """What a record counts for: once, or an amount, in the month of a date, if it is in a state."""

    measure: str
    date: str  # a role
    amount: str = ""  # a role
    less: str = ""  # the role of an amount to take away
    state: str = ""  # of the record, "a|b" for either
    covers: str = ""  # states: the month coverage is that of the records in these
    turn: str = ""  # "first" or "later" among the records of one owner in that state; "monthly": his first of a month
    needs: tuple[str, ...] = ()  # roles of which the file must have a column, else the measure is not covered
    or_seen: bool = False  # unless a record is in the state
    since: str = ""  # not a count but the median of the days since the date of a role, "a|b" for the first it has
    agreed: tuple[str, ...] = ()  # roles by which a team's own definition counts
    instead: str = ""  # the date of records without the event's own


Way = tuple[str, re.Pattern[str]]  # a role, and what its cell must look like
# What a key of a TOML holds: a text, true or false, a pattern; a list of one kind; a table, ... standing for any key.
PATTERN = re.compile
LISTS: dict[Any, Any] = {...: [str]}
PLACE = {"column": str, "matches": PATTERN}
_KINDS: dict[Any, Any] = {"str": str, "bool": bool, "tuple[str, ...]": [str]}
EVENT = {each.name: _KINDS[each.type] for each in fields(Event) if each.name not in ("agreed", "instead")}


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE) if text else NOTHING


def _lists(table: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(texts) for key, texts in table.items()}


def _folded(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(text.strip().casefold() for text in texts)


def _way(way: Mapping[str, str]) -> Way:
    _refuse_unknown(way, PLACE)
    return way["column"], _pattern(way["matches"])


def _events(tables: Sequence[Mapping[str, Any]]) -> tuple[Event, ...]:
    for table in tables:
        _refuse_unknown(table, EVENT)
    return tuple(Event(**{**table, "needs": tuple(table.get("needs", ()))}) for table in tables)


def _states(table: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, tuple[Way, ...]]:
    return {state: tuple(map(_way, ways)) for state, ways in table.items()}


def _where(table: Mapping[str, Mapping[str, str]]) -> dict[str, Way]:
    return {measure: _way(way) for measure, way in table.items()}


def _words(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {word.casefold(): key for key, words in table.items() for word in words}


def _key(key: str, kind: Any, default: Any = MISSING, read: Callable[[Any], Any] | None = None) -> Any:
    """A field that a TOML sets: its key there, own of [totals] being "totals.own", what it holds, how that is read."""
    usual = (
        _pattern if kind is PATTERN else _lists if kind is LISTS else tuple if kind == [str] else lambda value: value
    )
    metadata = {"key": key, "kind": kind, "read": read or usual}
    if default == {}:
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A format: what its TOML may say, a key each. A role is our word for a column."""

    title: str = _key("title", str)
    shape: str = _key("shape", str, "aggregate")  # or "records", or "report of items"
    columns: dict[str, tuple[str, ...]] = _key("columns", LISTS)  # role -> its headers, the preferred first
    required: tuple[str, ...] = _key("required", [str])  # roles, "a|b" for either
    without: frozenset[str] = _key("without", [str], frozenset(), _folded)  # headers that such a file never has
    measures: dict[str, tuple[str, ...]] = _key("measures", LISTS, {})  # -> roles, the first that the file has
    events: tuple[Event, ...] = _key("event", [EVENT], (), _events)
    states: dict[str, tuple[Way, ...]] = _key("states", {...: [PLACE]}, {}, _states)  # any of which holds
    owner: tuple[str, ...] = _key("owner", [str], ())  # roles, the first that a record has
    nulls: frozenset[str] = _key("nulls", [str], NULLS, lambda texts: NULLS | _folded(texts))  # what an empty cell says
    comment: str = _key("comment", str, "")  # what lines begin with that are none of the table
    footer: re.Pattern[str] = _key("preamble.footer", PATTERN, NOTHING)  # the line after the table
    range_start: re.Pattern[str] = _key("preamble.start", PATTERN, NOTHING)  # of the days that the file is of
    range_end: re.Pattern[str] = _key("preamble.end", PATTERN, NOTHING)
    range_line: bool = _key("preamble.range_line", bool, False)  # both stand on a line of their own
    exported: re.Pattern[str] = _key("preamble.exported", PATTERN, NOTHING)  # when the file says that it was made
    says: re.Pattern[str] = _key("preamble.says", PATTERN, NOTHING)  # what lines outside of the table must say
    warns: re.Pattern[str] = _key("preamble.warns", PATTERN, NOTHING)  # what they may warn of
    rows: re.Pattern[str] = _key("preamble.rows", PATTERN, NOTHING)  # how many rows they count
    date_order: str = _key("date_order", str, "")  # "dmy" or "mdy", where its dates can be either
    total_own: re.Pattern[str] = _key("totals.own", PATTERN, NOTHING)  # what a row that sums up all says
    total_other: re.Pattern[str] = _key("totals.other", PATTERN, NOTHING)  # and one that sums up something else
    total_column: re.Pattern[str] = _key("totals.table_by", PATTERN, NOTHING)  # what heads a table of totals
    total_blank: str = _key("totals.blank", str, "")  # a role that only a total leaves empty
    channel: str | None = _key("channel.always", str, None)  # of all rows
    channels: dict[str, str] = _key("channel.words", LISTS, {}, _words)  # ours, by the file's words
    adds: bool = _key("adds", bool, False)  # values of other sources add to these, as those of two ad platforms do
    one_currency: frozenset[str] = _key("one_currency", [str], frozenset(), frozenset)  # headers of converted amounts
    currency: str = _key("currency", str, "")  # the only one there is
    together: tuple[str, ...] = _key("together", [str], ())  # roles whose n-th names belong together
    where: dict[str, Way] = _key("where", {...: PLACE}, {}, _where)  # measure -> which rows count
    kind: str = _key("item.kind", str, "")  # of the items that a report lists
    item_header: re.Pattern[str] = _key("item.header", PATTERN, NOTHING)  # those that have a column each
    family: str = _key("family", str, "")  # of several tables of one archive or workbook, which share their dates
    yields: bool = _key("yields", bool, False)  # left out where another source gives the measure
    no_channel: str = NOT_ATTRIBUTED
    own: bool = False  # a team's own declaration, which comes first

    def known_channel(self, word: str) -> str:
        """Our channel for the format's word; a word it does not declare stands for itself."""
        word = " ".join(word.split())
        own = channel_key(word) if self.shape in ("plain", "items") else word.replace("/", "-")
        return self.channels.get(word.casefold()) or own

    def is_null(self, text: str) -> bool:
        return text.strip().casefold() in self.nulls


_KEYS = {each.metadata["key"]: each for each in fields(Declaration) if each.metadata}
_TABLES = {key.partition(".")[0] for key in _KEYS if "." in key}


def schema() -> dict[Any, Any]:
    """What each key of a TOML holds, its tables being tables here."""
    found: dict[Any, Any] = {"like": str}
    for key, each in _KEYS.items():
        table, _, inner = key.rpartition(".")
        (found.setdefault(table, {}) if table else found)[inner] = each.metadata["kind"]
    return found


def load(name: str, texts: Mapping[str, str], own: bool = False) -> Declaration:
    """A declaration from its TOML; ValueError says what is wrong with it, KeyError which key is missing."""
    raw = {key: value for key, value in _flat(_raw(name, texts)) if key != "like"}
    try:
        _refuse_unknown(raw, _KEYS)
        given = {each.name: each.metadata["read"](raw[key]) for key, each in _KEYS.items() if key in raw}
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    for key in ("title", "required"):
        if key not in raw:
            raise KeyError(key)
    declaration = Declaration(**given, own=own)
    _validate(name, declaration)
    return declaration


def _flat(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values of a TOML by key, own of [totals] being "totals.own"."""
    for key, value in raw.items():
        if key in _TABLES and isinstance(value, dict):
            yield from ((f"{key}.{inner}", each) for inner, each in value.items())
        else:
            yield key, value


def _refuse_unknown(given: Iterable[str], known: Collection[str]) -> None:
    for key in given:
        if key not in known:
            nearest = difflib.get_close_matches(key, known, 1, cutoff=0)[0]
            raise ValueError(f"{key} is no key of a declaration; did you mean {nearest}?")


def _raw(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """A TOML's content, upon that of the one that it is like."""
    raw: dict[str, Any] = tomllib.loads(texts[name])
    base = _raw(f"{raw['like']}.toml", texts) if "like" in raw else {"columns": {}}
    return {**base, **raw, "columns": {**base["columns"], **raw["columns"]}}


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
    return Declaration(title=title, shape="events", columns={}, required=())


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
    recorded = [measure for measure in MEASURES if measure.table is not InputTable.ITEMS]
    return Declaration(
        title=PLAIN,
        shape="plain",
        columns={"month": MONTH_WORDS, "channel": CHANNEL_WORDS, "campaign": CAMPAIGN_WORDS}
        | {
            measure.name: (measure.name, *measure.label.everywhere, measure.name.replace("_", " "))
            for measure in recorded
        },
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
