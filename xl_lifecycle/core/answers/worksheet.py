"""The answers to the questions of the channel worksheet, and to those about what to fix."""

from __future__ import annotations

from collections.abc import Callable

from xl_lifecycle.core.analysis.interval import bounds
from xl_lifecycle.core.answers.clauses import caveats, figure, figure_clauses, goal, missing_clause
from xl_lifecycle.core.answers.levers import COST, VALUE, WORTH, Lever, funnel, lever
from xl_lifecycle.core.answers.ranking import candidate, compare_two, dearest, highest_spend, rank_channels, shares
from xl_lifecycle.core.answers.view import View
from xl_lifecycle.core.answers.what_if import label, source
from xl_lifecycle.core.language.vocabulary import ALL, Unit

ORGANIC, SOCIAL = "Organic search", "Social media"


def more_visitors(view: View) -> list[str]:
    """Where visits come from, and at what cost."""
    return [
        *figure_clauses(view, "sessions"),
        _shares_clause(view, "sessions"),
        *rank_channels(view, "cost_per_visitor", brief=True),
    ]


def organic_or_social(view: View) -> list[str]:
    """Their conversion rates compared, whatever channel is chosen."""
    candidates = [candidate(view, "conversion_rate", channel) for channel in (ORGANIC, SOCIAL)]
    for each, channel in zip(candidates, (ORGANIC, SOCIAL), strict=True):
        if each.result.value is None:
            known = channel in view.dataset.channels
            return [
                missing_clause(view.at(channel), each.result)
                if known
                else view.speech.say("no_channel", name=each.name)
            ]
    return compare_two(view, candidates[0], candidates[1])


def lead_conversion(view: View) -> list[str]:
    """The rate now, what it has reached, and where it is highest."""
    result = view.get("conversion_rate")
    if result.value is None:
        return [missing_clause(view, result)]
    texts = [figure(view, result)] if view.is_company else []
    first = rank_channels(view, "conversion_rate", brief=True)
    return [*texts, _more_leads(view), *first, dearest(view), view.speech.say("no_cause")]


def more_leads(view: View) -> list[str]:
    return [*figure_clauses(view, "leads"), _more_leads(view), _shares_clause(view, "leads")]


def _shares_clause(view: View, name: str) -> str:
    return shares(view, name) if view.is_company else ""


def _more_leads(view: View) -> str:
    """What the step to a lead would bring at the rate that it can reach."""
    step, leads = lever(view, "leads", "visitors"), view.get("leads").value
    if step.reach is None or leads is None:
        return _reached(view, step)
    return view.speech.say("gain_leads", n=_more(view, leads, step), **_words(view, step))


def _more(view: View, now: float, step: Lever) -> str:
    """How many more there would be; with a decimal if there are few."""
    more = now * (step.gain - 1)
    return view.speech.number(round(more, 1 if more < 10 else None))


def lower_cac(view: View) -> list[str]:
    """CAC now, and the lever that would lower it most."""
    result = view.get("cac")
    if result.value is None:
        return [missing_clause(view, result)]
    current = funnel(view)
    most = max(current.levers, key=lambda each: each.gain if each.key != VALUE else 1.0)
    if most.gain <= 1 or current.customers is None or current.spend is None or not current.customers:
        return [figure(view, result), *caveats(view, result), view.speech.say("no_lever")]
    gain = view.speech.say("gain", n=_more(view, current.customers, most))
    cac = view.speech.say("cac_then", value=view.speech.money(current.spend / current.customers / most.gain))
    helps = view.speech.say("helps", gain=gain, cac=cac, **_words(view, most))
    return [figure(view, result), helps, *caveats(view, result)]


def _words(view: View, step: Lever) -> dict[str, str]:
    """A lever, its rate now, the rate that it can reach, and the source of that rate."""
    unit = Unit.CURRENCY if step.key == COST else Unit.PERCENT
    now, reach = (view.speech.value(unit, rate or 0.0) for rate in (step.now, step.reach))
    if now == reach and unit is Unit.PERCENT:
        now, reach = (f"{100 * (rate or 0.0):.2f}%" for rate in (step.now, step.reach))
    return {"lever": label(view, step), "now": now, "reach": reach, "since": source(view, step)}


def best_return(view: View) -> list[str]:
    """ROI on gross profit, or ROAS if direct cost is unknown; and where most is spent for a customer."""
    name = "roi" if view.get("roi", ALL).value is not None else "roas"
    return [*rank_channels(view, name, "sales"), *(highest_spend(view) if view.is_company else [])]


def sql_to_leads(view: View) -> list[str]:
    return figure_clauses(view, "sql_rate")


def best_mqls(view: View) -> list[str]:
    """The channels whose MQLs sales accepts most often, and those with the most MQLs."""
    return [*rank_channels(view, "mql_to_sql_rate"), _shares_clause(view, "mqls")]


def right_visitors(view: View) -> list[str]:
    """Whether visits grow, whether they engage, and whether they become leads."""
    return [
        *figure_clauses(view, "sessions"),
        *figure_clauses(view, "engagement_rate", target=False),
        *figure_clauses(view, "conversion_rate"),
    ]


def organic(view: View) -> list[str]:
    """Organic search, whatever channel is chosen: visits, their share, and the cost of a lead."""
    if ORGANIC not in view.dataset.channels:
        return [view.speech.say("no_channel", name=view.speech.place(ORGANIC))]
    here = view.at(ORGANIC)
    visits, everywhere = here.get("sessions"), here.get("sessions", ALL)
    share = ""
    if visits.value and everywhere.value:
        share = view.speech.say("share_of_all", share=view.speech.percent(visits.value / everywhere.value))
    return [*figure_clauses(here, "sessions"), share, *rank_channels(here, "cpl", brief=True)]


def leads_and_quality(view: View) -> list[str]:
    quality = "lead_score" if view.get("lead_score").value is not None else "mql_rate"
    second = "mql_rate" if quality == "lead_score" else ""
    return [
        *figure_clauses(view, "leads"),
        *figure_clauses(view, quality, target=False),
        *(figure_clauses(view, second, target=False) if second else []),
    ]


def conversion(view: View) -> list[str]:
    """The steps to a lead and to a customer, compared with the rates that they have reached."""
    texts = []
    for name, above, below in (
        ("conversion_rate", "leads", "visitors"),
        ("customer_conversion_rate", "new_customers", "leads"),
    ):
        texts += figure_clauses(view, name, change=False)
        if view.get(name).value is not None:
            texts.append(_reached(view, lever(view, above, below)))
    return texts


def _reached(view: View, step: Lever) -> str:
    """What a rate has reached; "" if it is unknown now."""
    if step.now is None:
        return ""
    if step.reach is None:
        key = "no_three" if step.few else "at_its_best"
        return view.speech.say(key, lever=label(view, step), worth=f"{WORTH:.0%}")
    return view.speech.say("reached", **_words(view, step))


def acceptable_cac(view: View) -> list[str]:
    """CAC with its interval, its target and the value of a customer; and with all costs, if known."""
    result = view.get("cac")
    if result.value is None:
        return [missing_clause(view, result)]
    clauses = [figure(view, result)]
    around = bounds(result)
    if around:
        low, high = (view.speech.money(bound) if bound != float("inf") else "" for bound in around)
        clauses.append(view.speech.say("interval" if high else "open_interval", low=low, high=high))
    aim = goal(view, "cac", result)
    clauses += [aim or view.speech.say("no_target", sheet=view.speech.sheet("Targets"))]
    ratio = view.get("ltv_to_cac")
    if ratio.value is not None:
        clauses.append(view.speech.say("rule_of_three", times=view.speech.times(ratio.value)))
    loaded = view.get("cac_loaded")
    if loaded.value is not None and loaded.months == result.months:
        clauses.append(view.speech.say("loaded", value=view.speech.money(loaded.value)))
    return [*clauses, *caveats(view, result)]


def better_ltv(view: View) -> list[str]:
    """Whether LTV grows, and its two drivers."""
    clauses = figure_clauses(view, "ltv")
    if view.get("ltv").value is None:
        return clauses
    parts = [*figure_clauses(view, "churn", target=False), *figure_clauses(view, "revenue_per_customer", target=False)]
    months = view.get("churn").months
    return [*clauses, *parts, view.speech.say("by_month") if len(months) > 1 else ""]


ANSWERS: dict[str, Callable[[View], list[str]]] = {
    "X02.1": more_visitors,
    "X02.2": organic_or_social,
    "X02.3": lead_conversion,
    "X02.4": more_leads,
    "X02.5": lower_cac,
    "X02.6": best_return,
    "X02.7": sql_to_leads,
    "X02.8": best_mqls,
    "X03.1": right_visitors,
    "X03.2": organic,
    "X03.3": leads_and_quality,
    "X03.4": conversion,
    "X03.5": acceptable_cac,
    "X03.6": better_ltv,
}
