"""What events tell of a month: one set of lazy expressions for every engine; they run where the events are.

Each question answers with monthly rows: `month` (year * 12 + month - 1), `place` (channel, BETWEEN, campaign, as the
events have them), and a column for each figure. A customer stands at one place only, that of the first order or
subscription, a visitor of a month at that of the first visit in it, so that places add up to the company.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw
from narwhals.stable.v2.dtypes import DType

from xl_lifecycle.sources.database.event_kinds import Type

BETWEEN = "\x1f"  # a channel and a campaign
UNITS = 10**4  # money is added up in ten-thousandths, as whole numbers: exactly, in whatever order an engine does it
FOREVER = 10**6  # a month that never comes
AT = ("month", "place")
JOINED, LEFT, BACK, RECURRING = "joined", "left", "won back", "recurring"  # figures that measures are made of
DIFFERENT, OWNED = "different customers", "revenue of customers"  # and what they must add up to
Frame = nw.LazyFrame[Any]
Answers = Iterator[Frame]


@dataclass(frozen=True)
class Events:
    """Events of one kind. rows: a column for each role, and place; beside the amount the same in whole UNITS.

    words: of deals, the states that mean "won", "lost" and "no decision". active_months: of orders, how long
    one makes its customer a customer. settled: keeps a frame that several questions need, where an engine can.
    """

    rows: Frame
    roles: frozenset[str]
    active_months: int = 12
    words: dict[str, list[str]] = field(default_factory=dict)
    settled: Callable[[Frame], Frame] = lambda frame: frame


def month_of(date: str) -> nw.Expr:
    """The month of a column of dates; moments with a time zone by UTC."""
    day = nw.col(date).cast(nw.Date)
    return day.dt.year().cast(nw.Int64) * 12 + day.dt.month().cast(nw.Int64) - 1


def _when(condition: nw.Expr) -> nw.Expr:
    """1 where a condition holds, else 0: engines differ in whether truth can be added up."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def _dated(events: Events, date: str) -> Frame:
    """The rows that have a date, by its month."""
    return events.rows.filter(~nw.col(date).is_null()).with_columns(month_of(date).alias("month"))


def _count(rows: Frame, name: str) -> Frame:
    return rows.group_by(*AT).agg(nw.len().alias(name))


def touches(events: Events) -> Answers:
    """Sessions, a row each, and the different visitors of a month."""
    rows = _dated(events, "when")
    yield _count(rows, "sessions")
    known = rows.filter(~nw.col("visitor").is_null())
    yield _count(_first_place(known, ["visitor", "month"]), "visitors")


def leads(events: Events) -> Answers:
    """Leads by the month in which they were created, MQLs and SQLs by that in which they became one."""
    for measure, date in (("leads", "created"), ("mqls", "mql"), ("sqls", "sql")):
        if date in events.roles:
            yield _count(_dated(events, date), measure)


def deals(events: Events) -> Answers:
    """Opportunities, closed and won deals; a customer is new with the first won deal."""
    yield _count(_dated(events, "created"), "opportunities")
    won, decided, undecided = (events.words[state] for state in ("won", "closed", "no decision"))
    closed = _dated(events, "closed").filter(nw.col("state").is_in(decided))
    flags = {"won_deals": _when(nw.col("state").is_in(won))} if won else {}
    if undecided:
        flags["no_decision_deals"] = _when(nw.col("state").is_in(undecided))
    yield _count(closed, "closed_deals")
    if flags:
        yield closed.with_columns(**flags).group_by(*AT).agg(*(nw.col(name).sum() for name in flags))
    sold = closed.filter(nw.col("state").is_in(won)) if won else None
    if sold is None:
        return
    yield _sales(sold, events)
    if "customer" in events.roles:
        order = [role for role in ("closed", "id", "place", "amount") if role in {*events.roles, "place"}]
        owned = sold.filter(~nw.col("customer").is_null())
        owned = owned.with_columns(nw.col("month").shift(1).over("customer", order_by=order).alias("before"))
        yield _count(owned.filter(nw.col("before").is_null()), "new_customers")
        yield from _revenue(owned, nw.col("before").is_null(), events)


def orders(events: Events) -> Answers:
    """Sales, and customers: those who bought in the month or the active_months - 1 months before it."""
    rows = _dated(events, "when")
    yield _sales(rows, events)
    if "customer" not in events.roles:
        return
    owned = rows.filter(~nw.col("customer").is_null())
    bought = owned.select("customer", "month").unique()
    stays = _stays(bought.with_columns(start=nw.col("month"), reach=nw.col("month") + events.active_months), ["start"])
    placed = events.settled(stays.join(_first_place(owned, ["customer"]), on="customer"))
    repeats = _when(~nw.col("before").is_null())
    yield (
        placed.with_columns(repeat_customers=repeats)
        .group_by(*AT)
        .agg(nw.len().alias("buying_customers"), nw.col("repeat_customers").sum())
    )
    yield from _flows(placed)
    again = owned.join(placed.select("customer", "month", "joins"), on=["customer", "month"])
    yield from _revenue(again, nw.col("joins") == 1, events)


def subscriptions(events: Events) -> Answers:
    """Customers at the end of a month: those with a subscription that has started and not ended by then."""
    ended = nw.col("ended").is_null()
    rows = (
        _dated(events, "started")
        .filter(~nw.col("customer").is_null())
        .with_columns(start=nw.col("month"), until=nw.when(ended).then(nw.lit(FOREVER)).otherwise(month_of("ended")))
        .filter(nw.col("until") > nw.col("start"))
    )
    spells = rows.select("customer", "start", "until").unique()
    order = ["start", "until"]
    reach = nw.col("until").cum_max().over("customer", order_by=order)
    stays = _stays(spells.with_columns(reach=reach).with_columns(month=nw.col("start")), order)
    stays = events.settled(stays.join(_first_place(rows, ["customer"], "started"), on="customer"))
    yield from _flows(stays)
    if "amount" in events.roles:
        yield rows.group_by(*AT).agg(nw.col("units").sum().alias(RECURRING))
        ends = rows.filter(nw.col("until") < FOREVER).with_columns(month=nw.col("until"))
        yield ends.group_by(*AT).agg((nw.col("units").sum() * -1).alias(RECURRING))
        joins = stays.filter(nw.col("joins") == 1).select("customer", "month")
        yield rows.join(joins, on=["customer", "month"]).group_by(*AT).agg(nw.col("units").sum().alias("new_revenue"))


QUESTIONS: dict[str, Callable[[Events], Answers]] = {
    "touches": touches,
    "leads": leads,
    "deals": deals,
    "orders": orders,
    "subscriptions": subscriptions,
}


def _sales(rows: Frame, events: Events) -> Frame:
    amount = [nw.col("units").sum().alias("sales_revenue")] if "amount" in events.roles else []
    return rows.group_by(*AT).agg(nw.len().alias("sales"), *amount)


def _revenue(rows: Frame, new: nw.Expr, events: Events) -> Answers:
    if "amount" in events.roles:
        parts = {"new_revenue": new, "existing_revenue": ~new}
        units = {name: nw.when(those).then(nw.col("units")).otherwise(nw.lit(0)) for name, those in parts.items()}
        yield rows.with_columns(**units).group_by(*AT).agg(*(nw.col(name).sum() for name in parts))


def _stays(spells: Frame, order: list[str]) -> Frame:
    """When customers come and go. spells: customer, start, reach (the month by which this and all before have ended).

    before: what the earlier ones reach; joins: 1 if it starts after that; goes: 1 if it is the last before a gap.
    """
    next_start = nw.col("start").shift(-1).over("customer", order_by=order)
    before = nw.col("reach").shift(1).over("customer", order_by=order)
    return spells.with_columns(before=before, after=next_start).with_columns(
        joins=_when(nw.col("before").is_null() | (nw.col("start") > nw.col("before"))),
        goes=_when(nw.col("after").is_null() | (nw.col("after") > nw.col("reach"))),
    )


def _flows(stays: Frame) -> Answers:
    """How many customers come and go, and how many of those who come had been one before."""
    back = _when(~nw.col("before").is_null())
    come = stays.filter(nw.col("joins") == 1).with_columns(back=back)
    yield come.group_by(*AT).agg(nw.len().alias(JOINED), nw.col("back").sum().alias(BACK))
    gone = stays.filter((nw.col("goes") == 1) & (nw.col("reach") < FOREVER))
    yield _count(gone.with_columns(month=nw.col("reach")), LEFT)


def _first_place(rows: Frame, by: list[str], date: str = "when") -> Frame:
    """Each owner once, at the place of the first event; of several at that moment, the first by its letters."""
    first = rows.group_by(*by).agg(nw.col(date).min())
    return rows.join(first, on=[*by, date]).group_by(*by).agg(nw.col("place").min())


def totals(kind: str, events: Events) -> Answers:
    """The same asked without months, places and joins, a row each: what the monthly rows must add up to."""
    rows, has = events.rows, events.roles
    known = {role: ~nw.col(role).is_null() for role in has}
    amount = [nw.col("amount").sum().alias("sales_revenue")] if "amount" in has else []
    if kind == "touches":
        yield rows.select(nw.col("when").count().alias("sessions"))
    if kind == "leads":
        dates = {"leads": "created", "mqls": "mql", "sqls": "sql"}
        yield rows.select(*(nw.col(date).count().alias(name) for name, date in dates.items() if date in has))
    if kind == "deals":
        yield rows.select(nw.col("created").count().alias("opportunities"))
        yield rows.filter(known["closed"], nw.col("state").is_in(events.words["closed"])).select(closed_deals=nw.len())
        won = rows.filter(known["closed"], nw.col("state").is_in(events.words["won"] or [""]))
        yield won.select(nw.len().alias("won_deals"), nw.len().alias("sales"), *amount)
    if kind == "orders":
        ordered = rows.filter(known["when"])
        yield ordered.select(nw.len().alias("sales"), *amount)
        if "customer" in has:
            owned = ordered.filter(known["customer"])
            yield owned.select("customer").unique().select(nw.len().alias(DIFFERENT))
            yield from ([owned.select(nw.col("amount").sum().alias(OWNED))] if amount else [])


def is_type(dtype: DType, wanted: Type) -> bool:
    """Whether a column holds what a role needs. Text can be made of anything."""
    if wanted is Type.DATE:
        return dtype == nw.Date or dtype == nw.Datetime
    return wanted is Type.TEXT or dtype.is_numeric()
