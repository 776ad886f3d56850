"""Capture: how many visitors become known, and at what cost?"""

from __future__ import annotations

from xl_lifecycle.core.language.vocabulary import Better, Stage, Timing, Unit
from xl_lifecycle.core.metrics import metric

CAPTURE = Stage.CAPTURE
HIGHER, LOWER = Better.HIGHER, Better.LOWER
LEADING = Timing.LEADING


@metric(stage=CAPTURE, unit=Unit.CURRENCY, better=LOWER, timing=LEADING, seeds=["M34"], aliases=["COST_PER_LEAD"])
def cpl(spend: float, leads: float) -> float:
    """Cost per lead: marketing spend divided by the leads it brought.

    Currency per lead.
    Source: FANNIT, 8 marketing KPI examples (2021).

    >>> cpl(1000, 100)
    10.0
    """
    return spend / leads


@metric(
    stage=CAPTURE,
    unit=Unit.PERCENT,
    better=HIGHER,
    timing=LEADING,
    seeds=["M24", "M25", "M80"],
    aliases=["LEAD_CONVERSION_RATE"],
)
def conversion_rate(leads: float, visitors: float) -> float:
    """Conversion rate: leads divided by visitors, the step from visitor to lead.

    A share, 0 to 1. All leads count; for qualified leads see QUALIFIED_CONVERSION_RATE, for leads that become
    customers CUSTOMER_CONVERSION_RATE. Over several months visitors are visitor-months.
    Source: FANNIT, 8 marketing KPI examples (2021); 19 B2B marketing KPIs (2022).

    >>> conversion_rate(10, 100)
    0.1
    """
    return leads / visitors


@metric(stage=CAPTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M24"])
def qualified_conversion_rate(mqls: float, visitors: float) -> float:
    """Qualified conversion rate: marketing-qualified leads divided by visitors.

    A share, 0 to 1.
    Source: FANNIT, 8 marketing KPI examples (2021), which counts only qualified leads.

    >>> qualified_conversion_rate(4, 100)
    0.04
    """
    return mqls / visitors


@metric(stage=CAPTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M26"])
def landing_page_conversion_rate(landing_page_actions: float, landing_page_visitors: float) -> float:
    """Landing page conversion rate: visitors who took the desired action divided by all who reached the page.

    A share, 0 to 1.
    Source: 19 B2B marketing KPIs (2022).

    >>> landing_page_conversion_rate(12, 300)
    0.04
    """
    return landing_page_actions / landing_page_visitors


@metric(stage=CAPTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M27"])
def known_visitor_rate(known_visitors: float, content_consumers: float) -> float:
    """Known visitor rate: content consumers who became known, divided by all content consumers.

    A share, 0 to 1.
    Source: Act-On, Customer journey map (2015).

    >>> known_visitor_rate(30, 600)
    0.05
    """
    return known_visitors / content_consumers


@metric(stage=CAPTURE, unit=Unit.CURRENCY, better=LOWER, timing=LEADING, seeds=["M30"])
def cost_per_known_visitor(spend: float, known_visitors: float) -> float:
    """Cost per known visitor: marketing spend divided by visitors who became known.

    Currency per known visitor; the channel with the lowest is the most effective at capturing.
    Source: Act-On, Customer journey map (2015), which asks for the most effective channel without a formula.

    >>> cost_per_known_visitor(1000, 40)
    25.0
    """
    return spend / known_visitors


@metric(stage=CAPTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M28", "M29"])
def cta_click_rate(cta_clicks: float, cta_views: float) -> float:
    """CTA click rate: clicks on a call to action divided by the times it was shown.

    A share, 0 to 1; by call to action and audience in Items.
    Source: 19 B2B marketing KPIs (2022), which counts clicks and calls it a rate.

    >>> cta_click_rate(25, 1000)
    0.025
    """
    return cta_clicks / cta_views


@metric(stage=CAPTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M32"])
def lead_goal_attainment(leads: float, lead_goal: float) -> float:
    """Lead goal attainment: leads divided by the goal for them.

    A share; 1 is the goal reached.
    Source: Four key metric groups for B2B marketers (2016).

    >>> lead_goal_attainment(90, 100)
    0.9
    """
    return leads / lead_goal


@metric(stage=CAPTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M32"])
def lead_forecast_attainment(leads: float, lead_forecast: float) -> float:
    """Lead forecast attainment: leads divided by the leads that were projected.

    A share; 1 is as projected.
    Source: Four key metric groups for B2B marketers (2016).

    >>> lead_forecast_attainment(110, 100)
    1.1
    """
    return leads / lead_forecast


@metric(stage=CAPTURE, unit=Unit.SCORE, better=HIGHER, timing=LEADING, seeds=["M35"], aliases=["LEAD_QUALITY"])
def lead_score(lead_points: float, leads: float) -> float:
    """Lead score: the average score of new leads.

    Points per lead, on the team's own scale.
    Source: Four key metric groups for B2B marketers (2016); FANNIT, 8 marketing KPI examples (2021).

    >>> lead_score(4200, 100)
    42.0
    """
    return lead_points / leads


@metric(stage=CAPTURE, unit=Unit.RATIO, better=HIGHER, timing=LEADING, seeds=["M18"])
def leads_per_event(event_leads: float, events: float) -> float:
    """Leads per event: leads obtained at events divided by events attended.

    Leads per event.
    Source: Act-On, Customer lifecycle metrics, part 1 (2017).

    >>> leads_per_event(45, 3)
    15.0
    """
    return event_leads / events
