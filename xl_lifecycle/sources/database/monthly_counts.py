"""Counts events by month: one set of lazy expressions for all engines, which run where the events are.

Each function yields monthly rows: `month` (year * 12 + month - 1), `place` (channel, BETWEEN, campaign, as in the
events), and a column for each figure. A customer has only one place, that of the first order or subscription; a
visitor of a month has the place of the first visit in that month. So the places add up to the whole company.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw
from narwhals.stable.v2.dtypes import DType

from xl_lifecycle.sources.database.event_kinds import Type

BETWEEN = "\x1f"  # separates a channel and a campaign
UNITS = 10**4  # money is added up in ten-thousandths, as whole numbers, so that the order of an engine does not matter
FOREVER = 10**6  # a month after all others
AT = ("month", "place")
JOINS, LEAVES, RETURNS, RECURRING = (
    "joined",
    "left",
    "won back",
    "recurring",
)  # figures from which measures are computed
DIFFERENT, CUSTOMER_REVENUE = "different customers", "revenue of customers"  # totals that they must add up to
Frame = nw.LazyFrame[Any]
Answers = Iterator[Frame]


@dataclass(frozen=True)
class Events:
    """Events of one kind. rows: a column for each role, and place; also the amount in whole UNITS.

    words: the states of deals that mean "won", "lost" and "no decision". active_months: for how many months an order
    makes somebody a customer. materialize: stores a frame that several queries use, if the engine can.
    """

    rows: Frame
    roles: frozenset[str]
    active_months: int = 12
    words: dict[str, list[str]] = field(default_factory=dict)
    materialize: Callable[[Frame], Frame] = lambda frame: frame


def month_of(date: str) -> nw.Expr:
    """The month of a column of dates; moments with a time zone are read as UTC."""
    day = nw.col(date).cast(nw.Date)
    return day.dt.year().cast(nw.Int64) * 12 + day.dt.month().cast(nw.Int64) - 1


def _when(condition: nw.Expr) -> nw.Expr:
    """1 if a condition holds, else 0, because some engines cannot add up truth values."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def _with_date(events: Events, date: str) -> Frame:
    """The rows that have a date, with its month."""
    return events.rows.filter(~nw.col(date).is_null()).with_columns(month_of(date).alias("month"))


def _count(rows: Frame, name: str) -> Frame:
    return rows.group_by(*AT).agg(nw.len().alias(name))


def touches(events: Events) -> Answers:
    """Sessions, one for each row, and the different visitors of a month."""
    rows = _with_date(events, "when")
    yield _count(rows, "sessions")
    with_visitor = rows.filter(~nw.col("visitor").is_null())
    yield _count(_first_place(with_visitor, ["visitor", "month"]), "visitors")


def leads(events: Events) -> Answers:
    """Leads by the month in which they were created; MQLs and SQLs by the month in which they became one."""
    for measure, date in (("leads", "created"), ("mqls", "mql"), ("sqls", "sql")):
        if date in events.roles:
            yield _count(_with_date(events, date), measure)


def deals(events: Events) -> Answers:
    """Opportunities, closed deals and won deals. A customer is new with the first won deal."""
    yield _count(_with_date(events, "created"), "opportunities")
    won, decided, undecided = (events.words[state] for state in ("won", "closed", "no decision"))
    closed = _with_date(events, "closed").filter(nw.col("state").is_in(decided))
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
        with_customer = sold.filter(~nw.col("customer").is_null())
        with_customer = with_customer.with_columns(
            nw.col("month").shift(1).over("customer", order_by=order).alias("before")
        )
        yield _count(with_customer.filter(nw.col("before").is_null()), "new_customers")
        yield from _revenue(with_customer, nw.col("before").is_null(), events)


def orders(events: Events) -> Answers:
    """Sales, and customers: those who bought in the month or the active_months - 1 months before it."""
    rows = _with_date(events, "when")
    yield _sales(rows, events)
    if "customer" not in events.roles:
        return
    with_customer = rows.filter(~nw.col("customer").is_null())
    bought = with_customer.select("customer", "month").unique()
    stays = _stays(bought.with_columns(start=nw.col("month"), reach=nw.col("month") + events.active_months), ["start"])
    stays_by_place = events.materialize(stays.join(_first_place(with_customer, ["customer"]), on="customer"))
    repeats = _when(~nw.col("before").is_null())
    yield (
        stays_by_place.with_columns(repeat_customers=repeats)
        .group_by(*AT)
        .agg(nw.len().alias("buying_customers"), nw.col("repeat_customers").sum())
    )
    yield from _flows(stays_by_place)
    again = with_customer.join(stays_by_place.select("customer", "month", "joins"), on=["customer", "month"])
    yield from _revenue(again, nw.col("joins") == 1, events)


def subscriptions(events: Events) -> Answers:
    """Customers at the end of a month: those with a subscription that has started and not ended."""
    ended = nw.col("ended").is_null()
    rows = (
        _with_date(events, "started")
        .filter(~nw.col("customer").is_null())
        .with_columns(start=nw.col("month"), until=nw.when(ended).then(nw.lit(FOREVER)).otherwise(month_of("ended")))
        .filter(nw.col("until") > nw.col("start"))
    )
    spells = rows.select("customer", "start", "until").unique()
    order = ["start", "until"]
    reach = nw.col("until").cum_max().over("customer", order_by=order)
    stays = _stays(spells.with_columns(reach=reach).with_columns(month=nw.col("start")), order)
    stays = events.materialize(stays.join(_first_place(rows, ["customer"], "started"), on="customer"))
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
    """When customers join and leave. spells: customer, start, reach (the month by which it and all earlier ones ended).

    before: reach of the earlier spells; joins: 1 if it starts after that; goes: 1 if it is the last one before a gap.
    """
    next_start = nw.col("start").shift(-1).over("customer", order_by=order)
    before = nw.col("reach").shift(1).over("customer", order_by=order)
    return spells.with_columns(before=before, after=next_start).with_columns(
        joins=_when(nw.col("before").is_null() | (nw.col("start") > nw.col("before"))),
        goes=_when(nw.col("after").is_null() | (nw.col("after") > nw.col("reach"))),
    )


def _flows(stays: Frame) -> Answers:
    """The numbers of customers who join and leave, and of those who join again."""
    back = _when(~nw.col("before").is_null())
    arrivals = stays.filter(nw.col("joins") == 1).with_columns(back=back)
    yield arrivals.group_by(*AT).agg(nw.len().alias(JOINS), nw.col("back").sum().alias(RETURNS))
    departures = stays.filter((nw.col("goes") == 1) & (nw.col("reach") < FOREVER))
    yield _count(departures.with_columns(month=nw.col("reach")), LEAVES)


def _first_place(rows: Frame, by: list[str], date: str = "when") -> Frame:
    """Each owner once, at the place of the first event; if there are several, the first place in the alphabet."""
    first = rows.group_by(*by).agg(nw.col(date).min())
    return rows.join(first, on=[*by, date]).group_by(*by).agg(nw.col("place").min())


def totals(kind: str, events: Events) -> Answers:
    """The totals without months, places and joins, to which the monthly rows must add up."""
    rows, has = events.rows, events.roles
    has_value = {role: ~nw.col(role).is_null() for role in has}
    amount = [nw.col("amount").sum().alias("sales_revenue")] if "amount" in has else []
    if kind == "touches":
        yield rows.select(nw.col("when").count().alias("sessions"))
    if kind == "leads":
        dates = {"leads": "created", "mqls": "mql", "sqls": "sql"}
        yield rows.select(*(nw.col(date).count().alias(name) for name, date in dates.items() if date in has))
    if kind == "deals":
        yield rows.select(nw.col("created").count().alias("opportunities"))
        yield rows.filter(has_value["closed"], nw.col("state").is_in(events.words["closed"])).select(
            closed_deals=nw.len()
        )
        won = rows.filter(has_value["closed"], nw.col("state").is_in(events.words["won"] or [""]))
        yield won.select(nw.len().alias("won_deals"), nw.len().alias("sales"), *amount)
    if kind == "orders":
        ordered = rows.filter(has_value["when"])
        yield ordered.select(nw.len().alias("sales"), *amount)
        if "customer" in has:
            with_customer = ordered.filter(has_value["customer"])
            yield with_customer.select("customer").unique().select(nw.len().alias(DIFFERENT))
            yield from ([with_customer.select(nw.col("amount").sum().alias(CUSTOMER_REVENUE))] if amount else [])


def is_type(dtype: DType, expected_type: Type) -> bool:
    """Whether a column has the type that a role needs. Anything can be converted to text."""
    if expected_type is Type.DATE:
        return dtype == nw.Date or dtype == nw.Datetime
    return expected_type is Type.TEXT or dtype.is_numeric()
