"""The answers to the questions of the five stages."""

from __future__ import annotations

from collections.abc import Callable

from xl_lifecycle.core.answers.clauses import figure, figure_clauses, item_entry, missing_clause
from xl_lifecycle.core.answers.ranking import clauses, comparison_of, dearest, order, rank_channels, rank_items, shares
from xl_lifecycle.core.answers.view import View
from xl_lifecycle.core.language.vocabulary import InputTable


def visitors(view: View) -> list[str]:
    return [*figure_clauses(view, "visitors"), *figure_clauses(view, "sessions", change=False)]


def engaging(view: View) -> list[str]:
    return [*figure_clauses(view, "engagement_rate"), *figure_clauses(view, "pages_per_session", target=False)]


def popular(view: View) -> list[str]:
    """Followers, their engagement, and how often people search for the brand."""
    texts = [*figure_clauses(view, "followers"), *figure_clauses(view, "social_engagement", target=False)]
    return [*texts, *_searched(view)]


def _searched(view: View) -> list[str]:
    """The search index of each brand term, the last month against the first."""
    from_to = []
    for term in view.dataset.items.get("term", {}).values():
        entry = item_entry(view, "term", term, "search_index")
        months = sorted(view.get(entry).months)
        if len(months) < 2:
            continue
        first, last = (view.get(entry, period=view.month(month)) for month in (months[0], months[-1]))
        if first.value is not None and last.value is not None:
            old, new = (view.speech.number(each.value) for each in (first, last) if each.value is not None)
            from_to.append(view.speech.say("searched", term=term, old=old, new=new, months=view.speech.months(months)))
    return from_to[:1]


def channels_used(view: View) -> list[str]:
    share = shares(view, "sessions")
    return [share, *([] if share and view.is_company else figure_clauses(view, "sessions"))]


def content(view: View) -> list[str]:
    """The assets that are viewed or downloaded most."""
    name = "content_views" if view.dataset.covered("content_views") else "downloads"
    return rank_items(view, "asset", name)


def consumers(view: View) -> list[str]:
    return [
        *figure_clauses(view, "content_consumers"),
        *(figure_clauses(view, "content_views") if view.is_company else []),
    ]


def share_frequency(view: View) -> list[str]:
    return figure_clauses(view, "share_frequency")


def known_visitors(view: View) -> list[str]:
    return [*figure_clauses(view, "known_visitors"), *figure_clauses(view, "known_visitor_rate", target=False)]


def calls_to_action(view: View) -> list[str]:
    """The calls to action by click rate; then the best one's audiences, which are its channels."""
    texts = rank_items(view, "cta", "cta_click_rate")
    items = list(view.dataset.items.get("cta", {}).values())
    if not (items and view.is_company):
        return texts
    rates = {item: view.get(item_entry(view, "cta", item, "cta_click_rate")).value or 0.0 for item in items}
    best = max(items, key=lambda item: rates[item])
    entry = item_entry(view, "cta", best, "cta_click_rate")
    audiences = comparison_of(view, [(view.speech.place(each), entry, each) for each in view.channels()])
    if len(audiences.ordered) < 2:
        return [*texts, view.speech.say("no_audiences", sheet=view.speech.sheet(InputTable.ITEMS.value))]
    return [*texts, *order(view, audiences)]


def channels_best(view: View) -> list[str]:
    """The channels by the share of visitors that become leads, and by the cost of a lead."""
    return [*rank_channels(view, "conversion_rate"), *rank_channels(view, "cpl", brief=True), dearest(view)]


def mqls(view: View) -> list[str]:
    return [*figure_clauses(view, "mqls"), *figure_clauses(view, "mql_rate", target=False)]


def programs(view: View) -> list[str]:
    return rank_items(view, "program", "program_conversion_rate")


def scores(view: View) -> list[str]:
    """Where lead scores are high, but not why."""
    is_known = view.get("lead_score").value is not None
    return [*rank_channels(view, "lead_score"), view.speech.say("no_cause") if is_known else ""]


def sqls(view: View) -> list[str]:
    return [*figure_clauses(view, "sqls"), *figure_clauses(view, "sql_rate", target=False)]


def campaigns(view: View) -> list[str]:
    """The campaigns by win rate, for the chosen channel or for all."""
    channel, slash, _ = view.channel.partition("/")
    within = list(view.dataset.campaigns) if view.is_company else [channel]
    places = [
        (f"{view.speech.place(each)}/{name}", view.entry("win_rate"), f"{each}/{name}")
        for each in within
        for name in view.dataset.campaigns.get(each, {}).values()
    ]
    rate = view.get("win_rate")
    overall = figure(view, rate) if rate.value is not None else missing_clause(view, rate)
    if not places:
        return [overall, view.speech.say("no_campaigns", sheet=view.speech.sheet(InputTable.CONVERT.value))]
    comparison = comparison_of(view, places)
    if not comparison.ordered and not slash:
        return [overall, *order(view, comparison)]
    return clauses(view, "win_rate", comparison, not slash)


def to_customers(view: View) -> list[str]:
    return figure_clauses(view, "consumer_to_customer_rate")


def expansion(view: View) -> list[str]:
    """Each kind of expansion sale, and all together."""
    return [
        *(figure_clauses(view, name, change=False)[0] for name in ("renewals", "upsells", "cross_sells")),
        *_all(view),
    ]


def _all(view: View) -> list[str]:
    return figure_clauses(view, "expansion_sales") if view.get("expansion_sales").value is not None else []


def customer_programs(view: View) -> list[str]:
    return rank_items(view, "customer program", "customer_program_return")


def repeat_customers(view: View) -> list[str]:
    return figure_clauses(view, "repeat_customer_rate")


def loyalty(view: View) -> list[str]:
    return rank_items(view, "loyalty program", "loyalty_revenue_per_member")


def existing_revenue(view: View) -> list[str]:
    return [*figure_clauses(view, "existing_revenue"), *figure_clauses(view, "existing_revenue_share", target=False)]


def guide(view: View) -> list[str]:
    return [view.speech.say("owner")]


_IN_ORDER = (
    *(channels_used, content, consumers, share_frequency),
    *(known_visitors, calls_to_action, channels_best),
    *(mqls, programs, scores),
    *(sqls, campaigns, to_customers),
    *(expansion, customer_programs, repeat_customers, loyalty, existing_revenue),
    guide,
)
ANSWERS: dict[str, Callable[[View], list[str]]] = {
    "X04.1": visitors,
    "X04.2": engaging,
    "X04.3": popular,
    **{f"X05.{i}": answer for i, answer in enumerate(_IN_ORDER, 1)},
}
