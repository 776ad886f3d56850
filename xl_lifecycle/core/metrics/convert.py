"""Convert: do ready leads buy, what does a customer cost, and does it pay?"""

from __future__ import annotations

from xl_lifecycle.core.language.vocabulary import Better, Stage, Timing, Unit
from xl_lifecycle.core.metrics import metric

CONVERT = Stage.CONVERT
HIGHER, LOWER = Better.HIGHER, Better.LOWER
LEADING, LAGGING, MIXED = Timing.LEADING, Timing.LAGGING, Timing.MIXED


@metric(
    stage=CONVERT,
    unit=Unit.CURRENCY,
    better=LOWER,
    timing=LAGGING,
    seeds=["M56"],
    aliases=["COST_PER_CUSTOMER", "CUSTOMER_ACQUISITION_COST"],
)
def cac(spend: float, new_customers: float) -> float:
    """Customer acquisition cost: marketing spend divided by the new customers of the same period.

    Currency per customer. Marketing spend only, as the sources define it; for all sales and marketing cost see
    CAC_LOADED.
    Source: FANNIT, 8 marketing KPI examples (2021).

    >>> round(cac(1000, 30), 2)
    33.33
    """
    return spend / new_customers


@metric(stage=CONVERT, unit=Unit.CURRENCY, better=LOWER, timing=LAGGING, seeds=["M56"])
def cac_loaded(spend: float, other_marketing_cost: float, sales_cost: float, new_customers: float) -> float:
    """Loaded customer acquisition cost: all sales and marketing cost divided by new customers of the same period.

    Currency per customer. A cost that is recorded only for the company makes it known only for the company.
    Source: HubSpot, "Customer acquisition cost"; Finmark, "Fully loaded CAC".

    >>> cac_loaded(1000, 500, 1500, 30)
    100.0
    """
    return (spend + other_marketing_cost + sales_cost) / new_customers


@metric(stage=CONVERT, unit=Unit.CURRENCY, better=LOWER, timing=LAGGING, seeds=["M57"])
def cost_per_sale(spend: float, sales: float) -> float:
    """Cost per sale: marketing spend divided by sales.

    Currency per sale; equal to CAC only where every sale is to a new customer.
    Source: FANNIT, 8 marketing KPI examples (2021).

    >>> cost_per_sale(1000, 40)
    25.0
    """
    return spend / sales


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M50"])
def sql_rate(sqls: float, leads: float) -> float:
    """SQL rate: sales-qualified leads divided by new leads, how close SQLs are to new leads.

    A share; above 1 in a month in which more older leads qualified than new ones arrived.
    Source: FANNIT, 8 marketing KPI examples (2021).

    >>> sql_rate(20, 100)
    0.2
    """
    return sqls / leads


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=MIXED, seeds=["M80"])
def mql_to_sql_rate(sqls: float, mqls: float) -> float:
    """MQL to SQL rate: sales-qualified leads divided by marketing-qualified leads, the step from Nurture to Convert.

    A share.
    Source: Act-On, Customer journey map (2015), which asks for the movement between stages.

    >>> mql_to_sql_rate(20, 40)
    0.5
    """
    return sqls / mqls


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=MIXED, seeds=["M80"])
def sql_to_opportunity_rate(opportunities: float, sqls: float) -> float:
    """SQL to opportunity rate: deals opened divided by sales-qualified leads.

    A share.
    Source: Act-On, Customer journey map (2015), which asks for the movement between stages.

    >>> sql_to_opportunity_rate(12, 20)
    0.6
    """
    return opportunities / sqls


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M51"])
def opportunity_rate(opportunities: float, leads: float) -> float:
    """Lead to opportunity rate: deals opened divided by leads.

    A share.
    Source: Act-On, Customer journey map (2015).

    >>> opportunity_rate(12, 100)
    0.12
    """
    return opportunities / leads


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M52", "M55", "M80"])
def win_rate(won_deals: float, closed_deals: float) -> float:
    """Win rate: deals won divided by all deals decided (won, lost, no decision).

    A share, 0 to 1. By campaign it shows which campaigns close deals.
    Source: Act-On, Customer journey map (2015).

    >>> win_rate(9, 36)
    0.25
    """
    return won_deals / closed_deals


@metric(stage=CONVERT, unit=Unit.PERCENT, better=LOWER, timing=LAGGING, seeds=["M53"])
def no_decision_rate(no_decision_deals: float, closed_deals: float) -> float:
    """No-decision rate: deals that ended without a decision divided by all deals decided or ended.

    A share, 0 to 1.
    Source: Act-On, Customer journey map (2015), quoting CSO Insights: 26%.

    >>> no_decision_rate(26, 100)
    0.26
    """
    return no_decision_deals / closed_deals


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M54"])
def consumer_to_customer_rate(new_customers: float, content_consumers: float) -> float:
    """Consumer to customer rate: new customers divided by content consumers.

    A share, 0 to 1; over several months consumers are consumer-months.
    Source: Act-On, Customer journey map (2015).

    >>> consumer_to_customer_rate(3, 600)
    0.005
    """
    return new_customers / content_consumers


@metric(
    stage=CONVERT,
    unit=Unit.PERCENT,
    better=HIGHER,
    timing=LAGGING,
    seeds=["M58"],
    aliases=["SALES_CONVERSION_RATE"],
)
def customer_conversion_rate(new_customers: float, leads: float) -> float:
    """Customer conversion rate: new customers divided by leads, the step from lead to customer.

    A share, 0 to 1.
    Source: FANNIT, 8 marketing KPI examples (2021).

    >>> customer_conversion_rate(30, 100)
    0.3
    """
    return new_customers / leads


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M59"])
def quote_conversion_rate(sales: float, quotes: float) -> float:
    """Quote conversion rate: sales divided by quotes given.

    A share.
    Source: FANNIT, 8 marketing KPI examples (2021), estimate conversion rate.

    >>> quote_conversion_rate(30, 75)
    0.4
    """
    return sales / quotes


@metric(stage=CONVERT, unit=Unit.CURRENCY, better=HIGHER, timing=LAGGING, seeds=["M62"])
def revenue_per_sale(sales_revenue: float, sales: float) -> float:
    """Average revenue per sale: revenue of sales divided by their number.

    Currency per sale, gross.
    Source: FANNIT, 8 marketing KPI examples (2021).

    >>> revenue_per_sale(15000, 30)
    500.0
    """
    return sales_revenue / sales


@metric(stage=CONVERT, unit=Unit.CURRENCY, better=HIGHER, timing=LAGGING, seeds=["M61", "M62"])
def total_sales_revenue(revenue_per_sale: float, sales: float) -> float:
    """Total sales revenue: average revenue per sale times the number of sales.

    Currency.
    Source: FANNIT, 8 marketing KPI examples (2021): 30 sales of 500 are 15,000.

    >>> total_sales_revenue(500, 30)
    15000
    """
    return revenue_per_sale * sales


@metric(stage=CONVERT, unit=Unit.CURRENCY, better=HIGHER, timing=LAGGING, seeds=["M63"])
def gross_profit(sales_revenue: float, direct_cost: float) -> float:
    """Gross profit: revenue of sales less what delivering them costs.

    Currency.
    Source: FANNIT, 8 marketing KPI examples (2021), which asks for gross profit, not only revenue, in ROI.

    >>> gross_profit(15000, 6000)
    9000
    """
    return sales_revenue - direct_cost


@metric(stage=CONVERT, unit=Unit.CURRENCY, better=HIGHER, timing=LAGGING, seeds=["M63"])
def gross_profit_per_sale(gross_profit: float, sales: float) -> float:
    """Gross profit per sale: gross profit divided by the number of sales.

    Currency per sale.
    Source: FANNIT, 8 marketing KPI examples (2021).

    >>> gross_profit_per_sale(9000, 30)
    300.0
    """
    return gross_profit / sales


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M63"])
def gross_margin(gross_profit: float, sales_revenue: float) -> float:
    """Gross margin: gross profit divided by the revenue it came from.

    A share.
    Source: FANNIT, 8 marketing KPI examples (2021), gross profit; the division is the standard one.

    >>> gross_margin(9000, 15000)
    0.6
    """
    return gross_profit / sales_revenue


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M64"], aliases=["ROMI"])
def roi(gross_profit: float, spend: float) -> float:
    """Marketing return on investment: gross profit less marketing spend, divided by the spend.

    A share; 14 is 1,400%. On gross profit (revenue less direct cost), as the Marketing Accountability Standards
    Board asks; ROAS is the one on revenue.
    Source: MASB, "Return on marketing investment"; 19 B2B marketing KPIs (2022).

    >>> roi(15000, 1000)
    14.0
    """
    return (gross_profit - spend) / spend


@metric(stage=CONVERT, unit=Unit.RATIO, better=HIGHER, timing=LAGGING, seeds=["M64"])
def roas(sales_revenue: float, spend: float) -> float:
    """Return on ad spend: revenue of sales divided by marketing spend.

    A ratio; 15 is 15 of revenue for 1 of spend. On revenue, so it says nothing of profit.
    Source: Four key metric groups for B2B marketers (2016), ROI of ads and campaigns; Google Ads Help, "ROAS".

    >>> roas(15000, 1000)
    15.0
    """
    return sales_revenue / spend


@metric(stage=CONVERT, unit=Unit.PERCENT, better=HIGHER, timing=LAGGING, seeds=["M65"])
def mail_response_rate(mail_responses: float, mail_pieces: float) -> float:
    """Direct mail response rate: answers divided by pieces sent.

    A share, 0 to 1. The source calls it a return; it is a response rate, not an ROI.
    Source: FANNIT, 8 marketing KPI examples (2021): 0.5% to 1.5%.

    >>> mail_response_rate(10, 1000)
    0.01
    """
    return mail_responses / mail_pieces
