"""A table of events: which column is what, whether it can be counted, and what it tells of each month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports.declaration import formats
from xl_lifecycle.exports.facts import Import, day_name
from xl_lifecycle.sources.database.engines import Engine, refuse
from xl_lifecycle.sources.database.event_kinds import Kind, Type, find_columns
from xl_lifecycle.sources.database.monthly import Answered, figures_of, import_of
from xl_lifecycle.sources.database.monthly_counts import BETWEEN, QUESTIONS, UNITS, Events, Frame, is_type, totals

TRIES = 3  # a live table may change between two questions
MOST_STATES = 200
MOST = 10**12  # of one amount
SALESFORCE_ID = r"^00[0-9A-Za-z]{13}$"  # which tells capitals apart


@dataclass(frozen=True)
class Options:
    """What a team may say of a table. columns: role -> column. words: of deals, its own states."""

    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    active_months: int = 12
    measures: tuple[str, ...] = ()
    until: dt.date | None = None


def read_events(engine: Engine, name: str, kind: Kind, frame: Frame, options: Options) -> Import:
    """A table's events as monthly measures. name: the table, as people see it."""
    columns = _columns(name, kind, frame, options)
    until = options.until or dt.date.today() + dt.timedelta(1)  # somewhere it is tomorrow already
    for _ in range(TRIES):
        rows = engine.settled(_typed(name, kind, frame, columns, until))
        found = _ask(engine, name, kind, rows, options, until)
        if found:
            return found
    refuse(name, "its months do not add up to its totals: it changes while it is read; try again, or from a copy")


def _columns(name: str, kind: Kind, frame: Frame, options: Options) -> dict[str, str]:
    """Role -> column: as the team says, else by the usual names."""
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
    return f"; it has {', '.join(columns[:12])}{', ...' if len(columns) > 12 else ''}"


def _typed(name: str, kind: Kind, frame: Frame, columns: Mapping[str, str], until: dt.date) -> Frame:
    """The rows with a column for each role, and their place; dates after until are not known yet."""
    schema = frame.collect_schema()
    made: dict[str, nw.Expr] = {}
    for role, column in columns.items():
        dtype, expression = schema[column], nw.col(column)
        if not is_type(dtype, kind.types[role]):
            wanted = "dates" if kind.types[role] is Type.DATE else "numbers"
            refuse(name, f"column {column!r} holds {dtype}, not {wanted}: cast it in a query of a source config")
        if kind.types[role] is Type.DATE:
            made[f"raw {role}"] = expression
            expression = nw.when(expression.cast(nw.Date) <= nw.lit(until)).then(expression)
        elif kind.types[role] is Type.NUMBER:
            expression = expression.cast(nw.Float64)
            made["units"] = (nw.when(expression.abs() < MOST).then(expression) * UNITS).round().cast(nw.Int64)
        elif dtype == nw.String or dtype == nw.Categorical:
            expression = _text(expression.cast(nw.String), owner=role in ("customer", "visitor"))
        elif role in ("channel", "campaign", "state", "currency"):
            expression = expression.cast(nw.String)
        made[role] = expression
    place = [_filled(made.pop(role)) if role in made else nw.lit("") for role in ("channel", "campaign")]
    return frame.select(
        nw.concat_str(*place, separator=BETWEEN).alias("place"), *(each.alias(role) for role, each in made.items())
    )


def _text(text: nw.Expr, owner: bool) -> nw.Expr:
    """A text without blanks around it, none if it is empty; an owner however it is written."""
    text = text.str.strip_chars()
    if owner:
        text = nw.when(text.str.contains(SALESFORCE_ID)).then(text).otherwise(text.str.to_lowercase())
    return nw.when(text != "").then(text)


def _filled(text: nw.Expr) -> nw.Expr:
    return nw.when(~text.is_null()).then(text).otherwise(nw.lit(""))


def _ask(engine: Engine, name: str, kind: Kind, rows: Frame, options: Options, until: dt.date) -> Import | None:
    roles = frozenset(rows.collect_schema().names())
    dates = [role for role, type in kind.types.items() if type is Type.DATE and role in roles]
    counted = _counted(engine, rows, roles, dates)
    if not counted["rows"]:
        refuse(name, "it has no rows")
    if counted.get("units") != counted.get("amount"):
        refuse(name, f"an amount is not a finite number, or not below {MOST:,}: correct it")
    remarks: list[str] = []
    first, last = _range(name, kind, counted, dates, until, remarks)
    words = _words(engine, name, rows, options, remarks) if "state" in roles else {}
    _refuse_repeats(engine, name, rows, roles, kind)
    currency = _currency(engine, name, rows, roles, words)
    events = Events(rows, roles, options.active_months, words, engine.settled)
    said = {figure: float(value or 0) for frame in totals(kind.name, events) for row in engine.rows(frame)
            for figure, value in row.items()}  # fmt: skip
    frames = list(QUESTIONS[kind.name](events))
    asked = {figure for frame in frames for figure in frame.columns} - {"month", "place"}
    figures = figures_of(name, asked, [row for frame in frames for row in engine.rows(frame)])
    _count_missing(engine, kind, events, counted, remarks)
    rows_of = {"sales_revenue": int(counted.get("amount", 0))} if kind.name == "orders" else {}
    answered = Answered(figures, said, rows_of, first, last)
    return import_of(name, kind, answered, currency, remarks)


def _counted(engine: Engine, rows: Frame, roles: frozenset[str], dates: list[str]) -> dict[str, Any]:
    """How many rows there are, how many have a value for each role, and between which dates."""
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
    name: str, kind: Kind, counted: dict[str, Any], dates: list[str], until: dt.date, remarks: list[str]
) -> tuple[dt.date, dt.date]:
    """The days that the table knows of: from the month of its first event to its last one."""
    when = kind.when
    if empty := counted["rows"] - counted[f"raw {when}"]:
        refuse(name, f"{empty:,} of its rows have no date ({when}): every event needs one")
    for date in dates:
        if (later := counted[f"raw {date}"] - counted[date]) and date != "ended":
            latest = day_name(_day(counted[f"latest {date}"]))
            remarks.append(
                f"{later:,} rows whose date ({date}) is after {day_name(until)} left out; the last is {latest}"
            )
    if not counted[when]:
        refuse(name, f"all of its rows are dated after {day_name(until)}")
    days = [_day(counted[f"{end} {date}"]) for date in dates if counted[date] for end in ("first", "last")]
    if min(days).year < 1900:
        refuse(name, f"a date of {min(days)} cannot be: correct it")
    return min(days).replace(day=1), max(days)


def _day(value: Any) -> dt.date:
    """A day as engines give it: a date, a moment, or pandas' of either."""
    return dt.date.fromisoformat(str(value)[:10])


def _words(engine: Engine, name: str, rows: Frame, options: Options, remarks: list[str]) -> dict[str, list[str]]:
    """The states of deals that mean won, lost and no decision: the team's own words, else those of CRMs."""
    states = [
        str(row["state"]) for row in engine.rows(rows.filter(~nw.col("state").is_null()).select("state").unique())
    ]
    if len(states) > MOST_STATES:
        refuse(name, f"its column for the state has {len(states):,} different values: name another in a source config")
    own = {word: {each.casefold() for each in words} for word, words in options.words.items()}
    crm = next(each for each in formats() if each.title == "HubSpot deals").states
    found: dict[str, list[str]] = {"won": [], "lost": [], "no decision": []}
    for state in sorted(states):
        for word, means in found.items():
            patterns = [pattern for role, pattern in crm[word.replace(" ", "_")] if role == "stage"]
            said = state.casefold() in own[word] if word in own else any(
                pattern.search(state.replace("_", " ")) for pattern in patterns
            )  # fmt: skip
            if said:
                means.append(state)
    found["closed"] = sorted({state for states in found.values() for state in states})
    if not found["closed"]:
        refuse(
            name, f"none of its states means won or lost: {', '.join(sorted(states)[:8])}; say which in a source config"
        )
    if still := sorted(set(states) - set(found["closed"])):
        remarks.append(f"deals taken as open: {', '.join(still[:8])}{', ...' if len(still) > 8 else ''}")
    undated = rows.filter(nw.col("state").is_in(found["closed"]), nw.col("raw closed").is_null()).select(n=nw.len())
    if missing := engine.rows(undated)[0]["n"]:
        refuse(name, f"{missing:,} won or lost deals have no date (closed): fill it in")
    return found


def _refuse_repeats(engine: Engine, name: str, rows: Frame, roles: frozenset[str], kind: Kind) -> None:
    if "id" in roles:
        repeated = rows.group_by("id").agg(n=nw.len()).filter(nw.col("n") > 1, ~nw.col("id").is_null())
        if count := engine.rows(repeated.select(n=nw.len()))[0]["n"]:
            what = kind.name.rstrip("s")
            refuse(name, f"{count:,} ids stand in several rows: give a view or query with one row for each {what}")


def _currency(engine: Engine, name: str, rows: Frame, roles: frozenset[str], words: Mapping[str, list[str]]) -> str:
    if "currency" not in roles:
        return ""
    if words:
        rows = rows.filter(nw.col("state").is_in(words["won"] or [""]))
    rows = rows.filter(~nw.col("currency").is_null(), ~nw.col("amount").is_null()) if "amount" in roles else rows
    found = sorted({str(row["currency"]).upper() for row in engine.rows(rows.select("currency").unique())})
    if len(found) > 1:
        raise SourceError(f"{name} mixes {', '.join(found[:5])}: convert the amounts in a query, or read one currency")
    return found[0] if found else ""


def _count_missing(engine: Engine, kind: Kind, events: Events, counted: dict[str, Any], remarks: list[str]) -> None:
    """What could not be counted for want of a value is told."""
    rows, what = events.rows, kind.name
    if kind.name == "deals":
        rows = rows.filter(nw.col("state").is_in(events.words["won"] or [""]), ~nw.col("closed").is_null())
        what = "won deals"
        asked = [
            nw.len().alias("rows"),
            *(nw.col(r).count().alias(r) for r in ("amount", "customer") if r in events.roles),
        ]
        counted = engine.rows(rows.select(*asked))[0]
    for role, missed in (
        ("amount", "no revenue counted for them"),
        ("customer", "sales, but no customers" if kind.name != "subscriptions" else "left out"),
        ("visitor", "sessions, but no visitors"),
    ):
        if role in events.roles and (empty := counted["rows"] - counted[role]):
            remarks.append(f"{empty:,} {what} without {role}: {missed}")
    if events.roles and kind.name in ("orders", "subscriptions") and "customer" in events.roles:
        remarks.append(MEANINGS[kind.name].format(months=events.active_months))


MEANINGS = {
    "orders": "a customer is one who bought in the last {months} months, counted in the channel of the first order; "
    "the first order here is taken as the first ever; who comes back later than that counts as new again",
    "subscriptions": "a customer is one with a subscription that runs at the month's end, counted in the channel of "
    "the first; revenue is what runs at the month's end; one begun and ended in the same month is not counted",
}
