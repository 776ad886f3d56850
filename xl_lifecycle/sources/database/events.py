"""Reads a table of events: finds the role of each column, checks the values, and counts the events by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.language.text import first_few
from xl_lifecycle.exports.declaration import formats
from xl_lifecycle.exports.facts import Import, day_name
from xl_lifecycle.sources.database.engines import Engine, refuse
from xl_lifecycle.sources.database.event_kinds import Kind, Type, find_columns
from xl_lifecycle.sources.database.monthly import TableFigures, figures_of, import_of
from xl_lifecycle.sources.database.monthly_counts import BETWEEN, QUESTIONS, UNITS, Events, Frame, is_type, totals

TRIES = 3  # a live table may change between two queries
MOST_STATES = 200
MOST = 10**12  # the limit of one amount
SALESFORCE_ID = r"^00[0-9A-Za-z]{13}$"  # in these ids the case counts


@dataclass(frozen=True)
class Options:
    """A team's options for a table. columns: role -> column. words: the team's own words for the states of deals."""

    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    active_months: int = 12
    measures: tuple[str, ...] = ()
    until: dt.date | None = None


def read_events(engine: Engine, name: str, kind: Kind, frame: Frame, options: Options) -> Import:
    """Read a table's events as monthly measures. name: the name of the table to show to people."""
    columns = _columns(name, kind, frame, options)
    until = options.until or dt.date.today() + dt.timedelta(1)  # in some time zones it is tomorrow already
    for _ in range(TRIES):
        rows = engine.materialize(_normalize(name, kind, frame, columns, until))
        result = _ask(engine, name, kind, rows, options, until)
        if result:
            return result
    refuse(name, "its months do not add up to its totals: it changes while it is read; try again, or read a copy")


def _columns(name: str, kind: Kind, frame: Frame, options: Options) -> dict[str, str]:
    """Role -> column: by the team's options, else by the usual names."""
    there = frame.collect_schema().names()
    for role, column in options.columns.items():
        if column not in there:
            refuse(name, f"it has no column {column!r} for {role}{nearest(column, there) or _has(there)}")
    others = [column for column in there if column not in options.columns.values()]
    columns = {**find_columns(kind, others), **options.columns}
    if missing := [role for role in kind.required if role not in columns]:
        refuse(name, f"no column is known for {' and '.join(missing)}; name it in a source config{_has(there)}")
    return columns


def _has(columns: list[str]) -> str:
    return f"; it has {first_few(columns)}"


def _normalize(name: str, kind: Kind, frame: Frame, columns: Mapping[str, str], until: dt.date) -> Frame:
    """The rows with a column for each role, and their place. Dates after until become unknown."""
    schema = frame.collect_schema()
    expressions: dict[str, nw.Expr] = {}
    for role, column in columns.items():
        dtype, expression = schema[column], nw.col(column)
        if not is_type(dtype, kind.types[role]):
            type_name = "dates" if kind.types[role] is Type.DATE else "numbers"
            refuse(name, f"column {column!r} holds {dtype}, not {type_name}: cast it in a query of a source config")
        if kind.types[role] is Type.DATE:
            expressions[f"raw {role}"] = expression
            expression = nw.when(expression.cast(nw.Date) <= nw.lit(until)).then(expression)
        elif kind.types[role] is Type.NUMBER:
            expression = expression.cast(nw.Float64)
            expressions["units"] = (nw.when(expression.abs() < MOST).then(expression) * UNITS).round().cast(nw.Int64)
        elif dtype == nw.String or dtype == nw.Categorical:
            expression = _text(expression.cast(nw.String), owner=role in ("customer", "visitor"))
        elif role in ("channel", "campaign", "state", "currency"):
            expression = expression.cast(nw.String)
        expressions[role] = expression
    place = [_filled(expressions.pop(role)) if role in expressions else nw.lit("") for role in ("channel", "campaign")]
    return frame.select(
        nw.concat_str(*place, separator=BETWEEN).alias("place"),
        *(each.alias(role) for role, each in expressions.items()),
    )


def _text(text: nw.Expr, owner: bool) -> nw.Expr:
    """A text without blanks around it, null if it is empty; an owner in lower case."""
    text = text.str.strip_chars()
    if owner:
        text = nw.when(text.str.contains(SALESFORCE_ID)).then(text).otherwise(text.str.to_lowercase())
    return nw.when(text != "").then(text)


def _filled(text: nw.Expr) -> nw.Expr:
    return nw.when(~text.is_null()).then(text).otherwise(nw.lit(""))


def _ask(engine: Engine, name: str, kind: Kind, rows: Frame, options: Options, until: dt.date) -> Import | None:
    roles = frozenset(rows.collect_schema().names())
    dates = [role for role, type in kind.types.items() if type is Type.DATE and role in roles]
    counts = _count_values(engine, rows, roles, dates)
    if not counts["rows"]:
        refuse(name, "it has no rows")
    if counts.get("units") != counts.get("amount"):
        refuse(name, f"an amount is not a finite number, or not below {MOST:,}: correct it")
    remarks: list[str] = []
    first, last = _range(name, kind, counts, dates, until, remarks)
    words = _words(engine, name, rows, options, remarks) if "state" in roles else {}
    _refuse_repeats(engine, name, rows, roles, kind)
    currency = _currency(engine, name, rows, roles, words)
    events = Events(rows, roles, options.active_months, words, engine.materialize)
    total_values = {
        figure: float(value or 0)
        for frame in totals(kind.name, events)
        for row in engine.rows(frame)
        for figure, value in row.items()
    }
    frames = list(QUESTIONS[kind.name](events))
    figure_names = {figure for frame in frames for figure in frame.columns} - {"month", "place"}
    figures = figures_of(name, figure_names, [row for frame in frames for row in engine.rows(frame)])
    _count_missing(engine, kind, events, counts, remarks)
    rows_of = {"sales_revenue": int(counts.get("amount", 0))} if kind.name == "orders" else {}
    answer = TableFigures(figures, total_values, rows_of, first, last)
    return import_of(name, kind, answer, currency, remarks)


def _count_values(engine: Engine, rows: Frame, roles: frozenset[str], dates: list[str]) -> dict[str, Any]:
    """The number of rows, the number of values for each role, and the first and last dates."""
    ask = [nw.len().alias("rows")]
    ask += [nw.col(role).count().alias(role) for role in sorted(roles - {"place"})]
    for date in dates:
        ask += [
            nw.col(date).cast(nw.Date).min().alias(f"first {date}"),
            nw.col(date).cast(nw.Date).max().alias(f"last {date}"),
        ]
        ask += [nw.col(f"raw {date}").cast(nw.Date).max().alias(f"latest {date}")]
    return engine.rows(rows.select(*ask))[0]


def _range(
    name: str, kind: Kind, counts: dict[str, Any], dates: list[str], until: dt.date, remarks: list[str]
) -> tuple[dt.date, dt.date]:
    """The days that the table covers: from the first day of the month of its first event to its last event."""
    when = kind.when
    if empty := counts["rows"] - counts[f"raw {when}"]:
        refuse(name, f"{empty:,} of its rows have no date ({when}): every event needs one")
    for date in dates:
        if (later := counts[f"raw {date}"] - counts[date]) and date != "ended":
            latest = day_name(_day(counts[f"latest {date}"]))
            remarks.append(
                f"{later:,} rows whose date ({date}) is after {day_name(until)} left out; the last is {latest}"
            )
    if not counts[when]:
        refuse(name, f"all of its rows are dated after {day_name(until)}")
    days = [_day(counts[f"{end} {date}"]) for date in dates if counts[date] for end in ("first", "last")]
    if min(days).year < 1900:
        refuse(name, f"the date {min(days)} is not possible: correct it")
    return min(days).replace(day=1), max(days)


def _day(value: Any) -> dt.date:
    """A day from the value of an engine: a date, a moment, or one of pandas."""
    return dt.date.fromisoformat(str(value)[:10])


def _words(engine: Engine, name: str, rows: Frame, options: Options, remarks: list[str]) -> dict[str, list[str]]:
    """The states of deals that mean won, lost and no decision: by the team's own words, else by those of CRMs."""
    states = [
        str(row["state"]) for row in engine.rows(rows.filter(~nw.col("state").is_null()).select("state").unique())
    ]
    if len(states) > MOST_STATES:
        refuse(
            name,
            f"its column for the state has {len(states):,} different values: name another column in a source config",
        )
    team_words = {word: {each.casefold() for each in words} for word, words in options.words.items()}
    crm = next(each for each in formats() if each.title == "HubSpot deals").states
    states_by_meaning: dict[str, list[str]] = {"won": [], "lost": [], "no decision": []}
    for state in sorted(states):
        for word, means in states_by_meaning.items():
            patterns = [pattern for role, pattern in crm[word.replace(" ", "_")] if role == "stage"]
            matches = (
                state.casefold() in team_words[word]
                if word in team_words
                else any(pattern.search(state.replace("_", " ")) for pattern in patterns)
            )
            if matches:
                means.append(state)
    states_by_meaning["closed"] = sorted({state for states in states_by_meaning.values() for state in states})
    if not states_by_meaning["closed"]:
        refuse(name, f"no state means won or lost: {', '.join(sorted(states)[:8])}; say which in a source config")
    if still := sorted(set(states) - set(states_by_meaning["closed"])):
        remarks.append(f"deals counted as open: {', '.join(still[:8])}{', ...' if len(still) > 8 else ''}")
    undated = rows.filter(nw.col("state").is_in(states_by_meaning["closed"]), nw.col("raw closed").is_null()).select(
        n=nw.len()
    )
    if missing := engine.rows(undated)[0]["n"]:
        refuse(name, f"{missing:,} won or lost deals have no date (closed): fill it in")
    return states_by_meaning


def _refuse_repeats(engine: Engine, name: str, rows: Frame, roles: frozenset[str], kind: Kind) -> None:
    if "id" in roles:
        repeated = rows.group_by("id").agg(n=nw.len()).filter(nw.col("n") > 1, ~nw.col("id").is_null())
        if count := engine.rows(repeated.select(n=nw.len()))[0]["n"]:
            what = kind.name.rstrip("s")
            refuse(name, f"{count:,} ids are in several rows: give a view or query with one row for each {what}")


def _currency(engine: Engine, name: str, rows: Frame, roles: frozenset[str], words: Mapping[str, list[str]]) -> str:
    if "currency" not in roles:
        return ""
    if words:
        rows = rows.filter(nw.col("state").is_in(words["won"] or [""]))
    rows = rows.filter(~nw.col("currency").is_null(), ~nw.col("amount").is_null()) if "amount" in roles else rows
    currencies = sorted({str(row["currency"]).upper() for row in engine.rows(rows.select("currency").unique())})
    if len(currencies) > 1:
        raise SourceError(
            f"{name} mixes {', '.join(currencies[:5])}: convert the amounts in a query, or read one currency"
        )
    return currencies[0] if currencies else ""


def _count_missing(engine: Engine, kind: Kind, events: Events, counts: dict[str, Any], remarks: list[str]) -> None:
    """Add remarks about rows that could not be counted because a value is missing."""
    rows, what = events.rows, kind.name
    if kind.name == "deals":
        rows = rows.filter(nw.col("state").is_in(events.words["won"] or [""]), ~nw.col("closed").is_null())
        what = "won deals"
        columns = [
            nw.len().alias("rows"),
            *(nw.col(r).count().alias(r) for r in ("amount", "customer") if r in events.roles),
        ]
        counts = engine.rows(rows.select(*columns))[0]
    for role, missed in (
        ("amount", "no revenue counted for them"),
        ("customer", "sales, but no customers" if kind.name != "subscriptions" else "left out"),
        ("visitor", "sessions, but no visitors"),
    ):
        if role in events.roles and (empty := counts["rows"] - counts[role]):
            remarks.append(f"{empty:,} {what} without {role}: {missed}")
    if events.roles and kind.name in ("orders", "subscriptions") and "customer" in events.roles:
        remarks.append(MEANINGS[kind.name].format(months=events.active_months))


MEANINGS = {
    "orders": "a customer is one who bought in the last {months} months, counted in the channel of the first order; "
    "the first order here counts as the first ever; a customer who returns later than that counts as new again",
    "subscriptions": "a customer has a subscription that runs at the end of the month, counted in the channel of the "
    "first one; revenue is that of subscriptions that run then; one that starts and ends within a month is not counted",
}
