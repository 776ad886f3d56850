"""A declaration describes a format as data: one TOML file per format, checked when it is loaded.

Each key of the TOML is declared in one place: the field of `Declaration` or `Event` that it sets.
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
PLAIN = "Table of monthly figures"  # a team's own table
ITEMS = "Table of items"  # the one source whose rows are single items
NOTHING = re.compile(r"(?!)")
NAMES = frozenset(measure.name for measure in MEASURES)
IN_DAYS = tuple(measure.name for measure in MEASURES if measure.unit is Unit.DAYS)


@dataclass(frozen=True)
class Event:
    """How a record counts for a measure: as one, or by an amount, in the month of a date, if it is in a state."""

    measure: str
    date: str  # a role
    amount: str = ""  # a role
    less: str = ""  # the role of an amount to subtract
    state: str = ""  # the state of the record, "a|b" for either
    covers: str = ""  # states: the months of the records in these states are covered
    # "first" or "later" among the records of one owner in that state; "monthly": the first in each month
    turn: str = ""
    needs: tuple[str, ...] = ()  # roles; without a column for one of them the file does not cover the measure
    or_seen: bool = False  # a record in the state is enough, even without these columns
    # a role "a|b": the value is the median of the days since the first of these dates that a record has
    since: str = ""
    agreed_roles: tuple[str, ...] = ()  # roles whose columns a team's own definition uses
    instead: str = ""  # the role of the date to use if the record has no date for the event


Way = tuple[str, re.Pattern[str]]  # a role, and what its cell must look like
# The kinds of values in a TOML: a text, true or false, a pattern; a list of one kind; a table (... means any key).
PATTERN = re.compile
LISTS: dict[Any, Any] = {...: [str]}
PLACE = {"column": str, "matches": PATTERN}
_KINDS: dict[Any, Any] = {"str": str, "bool": bool, "tuple[str, ...]": [str]}
EVENT = {each.name: _KINDS[each.type] for each in fields(Event) if each.name not in ("agreed_roles", "instead")}


class HeaderPattern(str):
    """A header that is written as /pattern/. compiled: finds it among headers, one per line."""

    compiled: re.Pattern[str]

    def __new__(cls, text: str, compile: Callable[[str], re.Pattern[str]] = re.compile) -> HeaderPattern:
        pattern = super().__new__(cls, text)
        pattern.compiled = compile(f"(?im)^(?:{text[1:-1]})$")
        return pattern


def _headers(table: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {
        role: tuple(HeaderPattern(text) if is_pattern(text) else text for text in texts)
        for role, texts in table.items()
    }


def is_pattern(header: str) -> bool:
    """Whether a header is written as /pattern/."""
    return len(header) > 1 and header[0] == header[-1] == "/"


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
    """A field that a TOML sets: its key ("totals.own" is own of [totals]), the kind of its value, how to read it."""
    usual = (
        _pattern if kind is PATTERN else _lists if kind is LISTS else tuple if kind == [str] else lambda value: value
    )
    metadata = {"key": key, "kind": kind, "read": read or usual}
    if default == {}:
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A format: a field for each key of its TOML. A role is our word for a column."""

    title: str = _key("title", str)
    shape: str = _key("shape", str, "aggregate")  # or "records", or "report of items"
    columns: dict[str, tuple[str, ...]] = _key(
        "columns", LISTS, read=_headers
    )  # role -> its headers, the preferred one first
    required: tuple[str, ...] = _key("required", [str])  # roles, "a|b" for either
    # headers that a file of this format never has
    without: frozenset[str] = _key("without", [str], frozenset(), _folded)
    # measure -> roles; the first one that the file has counts
    measures: dict[str, tuple[str, ...]] = _key("measures", LISTS, {})
    events: tuple[Event, ...] = _key("event", [EVENT], (), _events)
    # a record is in a state if any of its patterns matches
    states: dict[str, tuple[Way, ...]] = _key("states", {...: [PLACE]}, {}, _states)
    owner: tuple[str, ...] = _key("owner", [str], ())  # roles; the first one that a record has counts
    # texts that mean an empty cell
    nulls: frozenset[str] = _key("nulls", [str], NULLS, lambda texts: NULLS | _folded(texts))
    comment: str = _key("comment", str, "")  # the beginning of lines that are not part of the table
    footer: re.Pattern[str] = _key("preamble.footer", PATTERN, NOTHING)  # the line after the table
    range_start: re.Pattern[str] = _key("preamble.start", PATTERN, NOTHING)  # the first day that the file covers
    range_end: re.Pattern[str] = _key("preamble.end", PATTERN, NOTHING)
    range_line: bool = _key("preamble.range_line", bool, False)  # both days are on one line
    export_time: re.Pattern[str] = _key("preamble.exported", PATTERN, NOTHING)  # when the file was exported
    says: re.Pattern[str] = _key("preamble.says", PATTERN, NOTHING)  # what a line outside the table must say
    warns: re.Pattern[str] = _key("preamble.warns", PATTERN, NOTHING)  # a warning in such a line
    rows: re.Pattern[str] = _key("preamble.rows", PATTERN, NOTHING)  # the number of rows that such a line states
    date_order: str = _key("date_order", str, "")  # "dmy" or "mdy", if its dates can be read both ways
    # the label of the row that is the total of all rows
    grand_total: re.Pattern[str] = _key("totals.own", PATTERN, NOTHING)
    total_other: re.Pattern[str] = _key("totals.other", PATTERN, NOTHING)  # the label of other totals
    total_column: re.Pattern[str] = _key("totals.table_by", PATTERN, NOTHING)  # the header of a table of totals
    total_blank: str = _key("totals.blank", str, "")  # a role that is empty only in a total
    channel: str | None = _key("channel.always", str, None)  # the channel of all rows
    channels: dict[str, str] = _key("channel.words", LISTS, {}, _words)  # our channel by the file's word
    adds: bool = _key("adds", bool, False)  # values of other sources are added to these, as with two ad platforms
    one_currency: frozenset[str] = _key("one_currency", [str], frozenset(), frozenset)  # headers of converted amounts
    currency: str = _key("currency", str, "")  # the currency of all files of this format
    together: tuple[str, ...] = _key("together", [str], ())  # roles whose n-th headers belong together
    where: dict[str, Way] = _key("where", {...: PLACE}, {}, _where)  # measure -> which rows count
    kind: str = _key("item.kind", str, "")  # the kind of the items that a report lists
    # the header of a column, if each item has a column
    item_header: re.Pattern[str] = _key("item.header", PATTERN, NOTHING)
    family: str = _key("family", str, "")  # tables of one family in one archive or workbook share their dates
    yields: bool = _key("yields", bool, False)  # not used for a measure that another source has too
    no_channel: str = NOT_ATTRIBUTED
    is_team_format: bool = False  # a team's own format, which is preferred to ours

    def channel_of(self, word: str) -> str:
        """Our channel for a word of the file; a word that is not declared is itself the channel."""
        word = " ".join(word.split())
        default = channel_key(word) if self.shape in ("plain", "items") else word.replace("/", "-")
        return self.channels.get(word.casefold()) or default

    def is_null(self, text: str) -> bool:
        return text.strip().casefold() in self.nulls


_KEYS = {each.metadata["key"]: each for each in fields(Declaration) if each.metadata}
_TABLES = {key.partition(".")[0] for key in _KEYS if "." in key}


def schema() -> dict[Any, Any]:
    """The kind of value of each key of a TOML, with its tables as nested dictionaries."""
    result: dict[Any, Any] = {"like": str}
    for key, each in _KEYS.items():
        table, _, inner = key.rpartition(".")
        (result.setdefault(table, {}) if table else result)[inner] = each.metadata["kind"]
    return result


def load(name: str, texts: Mapping[str, str], is_team_format: bool = False) -> Declaration:
    """Load a declaration from its TOML. ValueError says what is wrong with it, KeyError which key is missing."""
    raw = {key: value for key, value in _flat(_raw(name, texts)) if key != "like"}
    try:
        _refuse_unknown(raw, _KEYS)
        values = {each.name: each.metadata["read"](raw[key]) for key, each in _KEYS.items() if key in raw}
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    for key in ("title", "required"):
        if key not in raw:
            raise KeyError(key)
    declaration = Declaration(**values, is_team_format=is_team_format)
    _validate(name, declaration)
    return declaration


def _flat(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values of a TOML by key; "totals.own" is own of [totals]."""
    for key, value in raw.items():
        if key in _TABLES and isinstance(value, dict):
            yield from ((f"{key}.{inner}", each) for inner, each in value.items())
        else:
            yield key, value


def _refuse_unknown(keys: Iterable[str], known_keys: Collection[str]) -> None:
    for key in keys:
        if key not in known_keys:
            nearest = difflib.get_close_matches(key, known_keys, 1, cutoff=0)[0]
            raise ValueError(f"{key} is not a key of a declaration; did you mean {nearest}?")


def _raw(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """The content of a TOML, added to the content of the one that it is like."""
    raw: dict[str, Any] = tomllib.loads(texts[name])
    base = _raw(f"{raw['like']}.toml", texts) if "like" in raw else {"columns": {}}
    return {**base, **raw, "columns": {**base["columns"], **raw["columns"]}}


def _validate(name: str, declaration: Declaration) -> None:
    roles = set(declaration.columns)
    references = {role for group in declaration.required for role in group.split("|")} | set(declaration.owner)
    references |= {role for group in declaration.measures.values() for role in group}
    references |= {role for ways in declaration.states.values() for role, _ in ways}
    references |= {*declaration.together, declaration.total_blank} - {""} | {
        role for role, _ in declaration.where.values()
    }
    for event in declaration.events:
        references |= {event.date, *event.needs} | ({event.amount, event.less, *event.since.split("|")} - {""})
        for state in {*event.state.split("|"), *event.covers.split("|")} - {""}:
            if state not in declaration.states:
                raise ValueError(f"{name}: no state {state!r} is declared")
    if missing := references - roles:
        raise ValueError(f"{name}: no column is declared for {', '.join(sorted(missing))}")
    if unknown := {*declaration.measures, *(event.measure for event in declaration.events)} - NAMES:
        raise ValueError(f"{name}: {', '.join(sorted(unknown))} is not a measure")
    for event in declaration.events:
        if bool(event.since) != (event.measure in IN_DAYS):
            todo = (
                "must not have since" if event.since else "needs since, the role of the date from which the days count"
            )
            raise ValueError(f"{name}: the event of {event.measure} {todo}")
    if declaration.shape not in ("aggregate", "records", "report of items"):
        raise ValueError(f"{name}: shape {declaration.shape!r} is not aggregate, records or report of items")


@cache
def formats() -> tuple[Declaration, ...]:
    """All formats: the declarations by file name, then a team's own tables."""
    texts = built_in()
    return (*(load(name, texts) for name in sorted(texts)), _items(), _plain())


def titles() -> tuple[str, ...]:
    """The titles of the formats, by which rules name a source."""
    return tuple(each.title for each in formats())


def events(title: str) -> Declaration:
    """The format of events that were already added up by month. No file has this format."""
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
    """A team's own table: a row for each month, channel and campaign, and a column for each measure."""
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
        grand_total=_pattern(r"^(grand )?total$|^(sum|합계|총계|合計|総計)$"),
        no_channel="",
    )


def _items() -> Declaration:
    """A team's own table of items: a row for each month, item and measure."""
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
