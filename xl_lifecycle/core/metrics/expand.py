"""Expand: do customers stay, buy again, and bring others?"""

from __future__ import annotations

from xl_lifecycle.core.language.vocabulary import Basis, Better, Stage, Timing, Unit
from xl_lifecycle.core.metrics import metric

EXPAND = Stage.EXPAND
HIGHER, LOWER = Better.HIGHER, Better.LOWER
LEADING, LAGGING = Timing.LEADING, Timing.LAGGING


@metric(stage=EXPAND, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M72"], aliases=["RETENTION_RATE"])
def retention(customers_start: float, customers_end: float, new_customers: float) -> float:
    """Customer retention rate: customers at the end less the new ones, divided by customers at the start.

    A share over the period. The source prints "new customers less new customers", which is always 0; this is
    the standard (E - N) / S.
    Source: HubSpot, "Customer retention rate"; named in 19 B2B marketing KPIs (2022).

    >>> retention(100, 105, 15)
    0.9
    """
    return (customers_end - new_customers) / customers_start


@metric(stage=EXPAND, unit=Unit.PERCENT, better=LOWER, timing=LAGGING, seeds=["M72"], aliases=["CHURN_RATE"])
def churn(customers_start: float, customers_end: float, new_customers: float) -> float:
    """Customer churn rate: customers lost divided by customers at the start; 1 less the retention rate.

    A share over the period; inside LTV, a share a month (lost customers divided by customer-months).
    Source: HubSpot, "Customer churn rate".

    >>> churn(100, 105, 15)
    0.1
    """
    return (customers_start + new_customers - customers_end) / customers_start


@metric(stage=EXPAND, unit=Unit.CURRENCY, better=HIGHER, timing=LAGGING, seeds=["M71"])
def revenue(new_revenue: float, existing_revenue: float) -> float:
    """Revenue: from new and from existing customers together.

    Currency.
    Source: FANNIT, 8 marketing KPI examples (2021); Act-On, Customer journey map (2015).

    >>> revenue(15000, 45000)
    60000
    """
    return new_revenue + existing_revenue


@metric(stage=EXPAND, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M71"])
def existing_revenue_share(existing_revenue: float, revenue: float) -> float:
    """Share of revenue from existing customers.

    A share, 0 to 1; the rest must be won anew every year.
    Source: FANNIT, 8 marketing KPI examples (2021); Act-On, Customer journey map (2015).

    >>> existing_revenue_share(45000, 60000)
    0.75
    """
    return existing_revenue / revenue


@metric(stage=EXPAND, unit=Unit.CURRENCY, better=HIGHER, timing=LAGGING, seeds=["M73"], aliases=["ARPA"])
def revenue_per_customer(revenue: float, customers_end: float) -> float:
    """Revenue per customer: revenue of the period divided by customers at its end.

    Currency per customer; inside LTV, a month (revenue divided by customer-months).
    Source: ChartMogul, "Average revenue per account (ARPA)".

    >>> revenue_per_customer(60000, 600)
    100.0
    """
    return revenue / customers_end


@metric(
    stage=EXPAND,
    unit=Unit.CURRENCY,
    better=HIGHER,
    timing=LAGGING,
    seeds=["M73"],
    aliases=["CLV", "CUSTOMER_LIFETIME_VALUE"],
    basis=Basis.MONTHLY,
)
def ltv(revenue_per_customer: float, gross_margin: float, churn: float) -> float:
    """Customer lifetime value: monthly revenue per customer times gross margin, divided by monthly churn.

    Currency per customer. The simple form, undiscounted: margin is weighted by revenue, churn is lost customers
    divided by customer-months. Without any churn a lifetime has no length: #DIV/0!, never 0; below 0: #NUM!.
    Source: ChartMogul, "Customer lifetime value"; named in 19 B2B marketing KPIs (2022).

    >>> ltv(40, 0.75, 0.04)
    750.0
    """
    if churn < 0:
        raise ValueError("churn is below 0: the number of lost customers is negative")
    return revenue_per_customer * gross_margin / churn


@metric(stage=EXPAND, unit=Unit.RATIO, better=HIGHER, timing=LAGGING, seeds=["M73"], aliases=["LTV_CAC_RATIO"])
def ltv_to_cac(ltv: float, cac: float) -> float:
    """LTV to CAC: customer lifetime value divided by customer acquisition cost.

    A ratio; 3 or more is the usual rule of thumb.
    Source: ChartMogul, "LTV:CAC ratio".

    >>> ltv_to_cac(750, 250)
    3.0
    """
    return ltv / cac


@metric(stage=EXPAND, unit=Unit.COUNT, better=HIGHER, timing=LAGGING, seeds=["M67"])
def expansion_sales(renewals: float, upsells: float, cross_sells: float) -> float:
    """Expansion sales: resells and renewals, upsells and cross-sells together.

    A count.
    Source: Act-On, Customer journey map (2015).

    >>> expansion_sales(20, 5, 3)
    28
    """
    return renewals + upsells + cross_sells


@metric(stage=EXPAND, unit=Unit.RATIO, better=HIGHER, timing=LAGGING, seeds=["M68"])
def customer_program_return(program_revenue: float, program_cost: float) -> float:
    """Customer program return: revenue that a customer marketing program brought for 1 of its cost.

    A ratio; by program in Items.
    Source: Act-On, Customer journey map (2015), which asks for the most effective program without a formula.

    >>> customer_program_return(12000, 3000)
    4.0
    """
    return program_revenue / program_cost


@metric(stage=EXPAND, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M69"], basis=Basis.MONTHLY)
def repeat_customer_rate(repeat_customers: float, buying_customers: float) -> float:
    """Repeat customer rate: buying customers who had bought before, divided by all buying customers.

    A share, 0 to 1; over several months, customer-months over customer-months.
    Source: Act-On, Customer journey map (2015).

    >>> repeat_customer_rate(45, 60)
    0.75
    """
    return repeat_customers / buying_customers


@metric(stage=EXPAND, unit=Unit.CURRENCY, better=HIGHER, timing=LAGGING, seeds=["M70"])
def loyalty_revenue_per_member(loyalty_revenue: float, loyalty_members: float) -> float:
    """Loyalty revenue per member: revenue from members of loyalty programs divided by members at the end.

    Currency per member; by program in Items.
    Source: Act-On, Customer journey map (2015), which asks for the best program without a formula.

    >>> loyalty_revenue_per_member(9000, 300)
    30.0
    """
    return loyalty_revenue / loyalty_members


@metric(stage=EXPAND, unit=Unit.CURRENCY, better=HIGHER, timing=LAGGING, seeds=["M74"])
def referral_lead_value(referral_revenue: float, referral_leads: float) -> float:
    """Referral lead value: revenue from referred leads divided by their number.

    Currency per lead.
    Source: Act-On, Customer journey map (2015), quoting InsideSales.

    >>> referral_lead_value(8000, 20)
    400.0
    """
    return referral_revenue / referral_leads


@metric(stage=EXPAND, unit=Unit.RATIO, better=HIGHER, timing=LAGGING, seeds=["M74"])
def referral_multiple(referral_revenue: float, referral_leads: float, web_revenue: float, web_leads: float) -> float:
    """Referral multiple: how many times a web lead's value a referred lead is worth.

    A ratio.
    Source: Act-On, Customer journey map (2015), quoting InsideSales: 4 times a web lead.

    >>> referral_multiple(8000, 20, 20000, 200)
    4.0
    """
    return (referral_revenue / referral_leads) / (web_revenue / web_leads)


@metric(stage=EXPAND, unit=Unit.POINTS, better=HIGHER, timing=LEADING, seeds=["M75"])
def nps(promoters: float, detractors: float, responses: float) -> float:
    """Net promoter score: share of promoters (9 or 10) less share of detractors (0 to 6), in points.

    Points, -100 to 100.
    Source: Reichheld, "The one number you need to grow" (2003); Four key metric groups (2016).

    >>> nps(30, 20, 100)
    10.0
    """
    return 100 * (promoters - detractors) / responses


@metric(stage=EXPAND, unit=Unit.SCORE, better=HIGHER, timing=LEADING, seeds=["M76"])
def likelihood_to_refer(referral_points: float, responses: float) -> float:
    """Likelihood to refer: the average answer to "how likely would you refer us", 0 to 10.

    A score, 0 to 10.
    Source: Four key metric groups for B2B marketers (2016).

    >>> likelihood_to_refer(820, 100)
    8.2
    """
    return referral_points / responses


@metric(stage=EXPAND, unit=Unit.SCORE, better=HIGHER, timing=LEADING, seeds=["M77"])
def csat(satisfaction_points: float, satisfaction_responses: float) -> float:
    """Customer satisfaction: the average score of the satisfaction survey.

    A score on the survey's own scale.
    Source: Four key metric groups for B2B marketers (2016); 19 B2B marketing KPIs (2022).

    >>> csat(430, 100)
    4.3
    """
    return satisfaction_points / satisfaction_responses


@metric(stage=EXPAND, unit=Unit.RATIO, better=HIGHER, timing=LEADING, seeds=["M79"], basis=Basis.MONTHLY)
def usage_per_customer(usage_events: float, customers_end: float) -> float:
    """Usage per customer: uses of the product or service per customer and month.

    A ratio; over several months, uses divided by customer-months.
    Source: Four key metric groups for B2B marketers (2016).

    >>> usage_per_customer(9000, 600)
    15.0
    """
    return usage_events / customers_end
