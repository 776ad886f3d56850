"""Nurture: do leads become ready to buy, and do they still want to hear from us?"""

from __future__ import annotations

from xl_lifecycle.core.language.vocabulary import Basis, Better, Stage, Timing, Unit
from xl_lifecycle.core.metrics import metric

NURTURE = Stage.NURTURE
HIGHER, LOWER = Better.HIGHER, Better.LOWER
LEADING, LAGGING = Timing.LEADING, Timing.LAGGING


@metric(
    stage=NURTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M37", "M80"], aliases=["LEAD_TO_MQL_RATE"]
)
def mql_rate(mqls: float, leads: float) -> float:
    """MQL rate: marketing-qualified leads divided by leads.

    A share; above 1 in a month in which more older leads qualified than new ones arrived.
    Source: FANNIT, 8 marketing KPI examples (2021), which asks for the channel with the best MQLs.

    >>> mql_rate(40, 100)
    0.4
    """
    return mqls / leads


@metric(stage=NURTURE, unit=Unit.CURRENCY, better=LOWER, timing=LEADING, seeds=["M36"])
def cost_per_mql(spend: float, mqls: float) -> float:
    """Cost per MQL: marketing spend divided by marketing-qualified leads.

    Currency per qualified lead.
    Source: 19 B2B marketing KPIs (2022) for the lead; the division is the usual one.

    >>> cost_per_mql(1000, 40)
    25.0
    """
    return spend / mqls


@metric(stage=NURTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M38"])
def program_conversion_rate(program_qualified: float, program_entrants: float) -> float:
    """Program conversion rate: entrants of an automated program who became qualified, divided by all entrants.

    A share, 0 to 1; by program in Items.
    Source: Act-On, Customer journey map (2015), which asks for the most effective program without a formula.

    >>> program_conversion_rate(18, 120)
    0.15
    """
    return program_qualified / program_entrants


@metric(stage=NURTURE, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M40"])
def nurture_lift(nurtured_revenue: float, nurtured_sales: float, other_revenue: float, other_sales: float) -> float:
    """Nurture lift: by how much the average sale to a nurtured lead exceeds one to a lead not nurtured.

    A share; 0.47 means 47% larger. It compares value per purchase, not the number of purchases, as the
    quoted study does.
    Source: Act-On, Customer journey map (2015), quoting The Annuitas Group.

    >>> round(nurture_lift(1470, 10, 1000, 10), 10)
    0.47
    """
    return (nurtured_revenue / nurtured_sales) / (other_revenue / other_sales) - 1


@metric(stage=NURTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M41"], aliases=["EMAIL_OPEN_RATE"])
def open_rate(unique_opens: float, delivered: float) -> float:
    """Email open rate: recipients who opened divided by emails delivered.

    A share, 0 to 1. Over delivered, not over sent.
    Source: Mailchimp, "About open and click rates"; 19 B2B marketing KPIs (2022).

    >>> round(open_rate(30, 108), 4)
    0.2778
    """
    return unique_opens / delivered


@metric(stage=NURTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M42"], aliases=["EMAIL_CLICK_RATE"])
def click_rate(unique_clicks: float, delivered: float) -> float:
    """Email click rate: recipients who clicked divided by emails delivered.

    A share, 0 to 1. The source counts readers who click; the standard divides by delivered.
    Source: Mailchimp, "About open and click rates"; 19 B2B marketing KPIs (2022).

    >>> round(click_rate(7, 108), 4)
    0.0648
    """
    return unique_clicks / delivered


@metric(stage=NURTURE, unit=Unit.PERCENT, better=LOWER, timing=LEADING, seeds=["M43"])
def unsubscribe_rate(unsubscribes: float, delivered: float) -> float:
    """Email unsubscribe rate: recipients who unsubscribed divided by emails delivered.

    A share, 0 to 1.
    Source: Mailchimp, "About unsubscribes"; 19 B2B marketing KPIs (2022).

    >>> unsubscribe_rate(2, 1000)
    0.002
    """
    return unsubscribes / delivered


@metric(stage=NURTURE, unit=Unit.PERCENT, better=LOWER, timing=LEADING, seeds=["M48"])
def customer_opt_out_rate(customer_opt_outs: float, customer_delivered: float) -> float:
    """Customer opt-out rate: existing customers who opted out divided by emails delivered to them.

    A share, 0 to 1; a rise warns that upselling has become too pushy.
    Source: Four key metric groups for B2B marketers (2016).

    >>> customer_opt_out_rate(3, 600)
    0.005
    """
    return customer_opt_outs / customer_delivered


@metric(stage=NURTURE, unit=Unit.PERCENT, better=LOWER, timing=LEADING, seeds=["M44"], aliases=["LIST_HYGIENE"])
def invalid_address_rate(invalid_addresses: float, list_size: float) -> float:
    """Invalid address rate: duplicate, misspelt and closed addresses divided by all on the email list.

    A share, 0 to 1, at the end of the period.
    Source: 19 B2B marketing KPIs (2022), which asks for a clean list before opens are judged.

    >>> invalid_address_rate(50, 2000)
    0.025
    """
    return invalid_addresses / list_size


@metric(stage=NURTURE, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M46"], basis=Basis.MONTHLY)
def community_engagement(community_actives: float, community_members: float) -> float:
    """Community engagement: members who took part in a month, divided by all members.

    A share, 0 to 1; over several months, active member-months divided by member-months.
    Source: Four key metric groups for B2B marketers (2016), directional.

    >>> community_engagement(45, 300)
    0.15
    """
    return community_actives / community_members
