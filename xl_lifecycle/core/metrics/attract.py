"""Attract: are we being found, and does what people find engage them?"""

from __future__ import annotations

from xl_lifecycle.core.language.vocabulary import Basis, Better, Stage, Timing, Unit
from xl_lifecycle.core.metrics import metric

ATTRACT = Stage.ATTRACT
HIGHER, LOWER = Better.HIGHER, Better.LOWER
LEADING = Timing.LEADING


@metric(stage=ATTRACT, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M29"])
def ctr(clicks: float, impressions: float) -> float:
    """Click-through rate: clicks divided by impressions.

    A share, 0 to 1. The source calls a mere count of clicks a rate; the standard divides by impressions.
    Source: Google Ads Help, "Clickthrough rate (CTR)"; 19 B2B marketing KPIs (2022).

    >>> ctr(30, 1000)
    0.03
    """
    return clicks / impressions


@metric(stage=ATTRACT, unit=Unit.CURRENCY, better=LOWER, timing=LEADING, seeds=[], aliases=["COST_PER_CLICK"])
def cpc(spend: float, clicks: float) -> float:
    """Cost per click: marketing spend divided by clicks.

    Currency per click.
    Source: Google Ads Help, "Average cost-per-click (Avg. CPC)".

    >>> cpc(1000, 400)
    2.5
    """
    return spend / clicks


@metric(stage=ATTRACT, unit=Unit.CURRENCY, better=LOWER, timing=LEADING, seeds=["M11"])
def cpm(spend: float, impressions: float) -> float:
    """Cost per thousand impressions: marketing spend divided by impressions, times 1,000.

    Currency per thousand impressions.
    Source: Google Ads Help, "Cost-per-thousand impressions (CPM)".

    >>> cpm(50, 10000)
    5.0
    """
    return 1000 * spend / impressions


@metric(stage=ATTRACT, unit=Unit.CURRENCY, better=LOWER, timing=LEADING, seeds=["M01", "M33"])
def cost_per_visitor(spend: float, visitors: float) -> float:
    """Cost per visitor: marketing spend divided by website visitors.

    Currency per visitor-month.
    Source: FANNIT, 8 marketing KPI examples (2021), channel worksheet.

    >>> cost_per_visitor(1000, 500)
    2.0
    """
    return spend / visitors


@metric(stage=ATTRACT, unit=Unit.PERCENT, better=HIGHER, timing=LEADING, seeds=["M04"])
def engagement_rate(engaged_sessions: float, sessions: float) -> float:
    """Engagement rate: engaged sessions divided by all sessions.

    A share, 0 to 1.
    Source: Google Analytics 4 Help, "Engagement rate and bounce rate".

    >>> engagement_rate(60, 100)
    0.6
    """
    return engaged_sessions / sessions


@metric(stage=ATTRACT, unit=Unit.PERCENT, better=LOWER, timing=LEADING, seeds=["M04"])
def bounce_rate(engaged_sessions: float, sessions: float) -> float:
    """Bounce rate: the share of sessions that were not engaged, as Google Analytics 4 defines it.

    A share, 0 to 1. Not comparable with Universal Analytics' share of single-page sessions. Lower is usually
    better, but a page that answers at once is left at once.
    Source: Google Analytics 4 Help, "Engagement rate and bounce rate"; Act-On (2017) on its ambiguity.

    >>> bounce_rate(60, 100)
    0.4
    """
    return 1 - engaged_sessions / sessions


@metric(stage=ATTRACT, unit=Unit.RATIO, better=HIGHER, timing=LEADING, seeds=["M03"])
def pages_per_session(page_views: float, sessions: float) -> float:
    """Pages per session: page views divided by sessions.

    Pages per session.
    Source: Google Analytics 4 Help, "Views per session".

    >>> pages_per_session(300, 100)
    3.0
    """
    return page_views / sessions


@metric(stage=ATTRACT, unit=Unit.SECONDS, better=HIGHER, timing=LEADING, seeds=["M05"])
def average_time_on_page(page_seconds: float, page_views: float) -> float:
    """Average time on page: seconds visitors spent on pages divided by page views.

    Seconds per view. Not Google Analytics 4's average engagement time, which divides by users.
    Source: 19 B2B marketing KPIs (2022).

    >>> average_time_on_page(5200, 100)
    52.0
    """
    return page_seconds / page_views


@metric(stage=ATTRACT, unit=Unit.COUNT, better=HIGHER, timing=LEADING, seeds=["M10"])
def social_engagement(likes: float, comments: float, shares: float) -> float:
    """Social engagement: likes, comments and shares together, negative comments included.

    A count.
    Source: 19 B2B marketing KPIs (2022).

    >>> social_engagement(100, 20, 5)
    125
    """
    return likes + comments + shares


@metric(stage=ATTRACT, unit=Unit.RATIO, better=HIGHER, timing=LEADING, seeds=["M07"], basis=Basis.MONTHLY)
def follower_engagement(social_engagement: float, followers: float) -> float:
    """Follower engagement: likes, comments and shares per follower and month.

    A ratio; over several months, interactions divided by follower-months.
    Source: Act-On, Customer lifecycle metrics, part 1 (2017), which gives no formula; this is the usual
    engagement rate by followers.

    >>> follower_engagement(125, 2500)
    0.05
    """
    return social_engagement / followers


@metric(stage=ATTRACT, unit=Unit.RATIO, better=HIGHER, timing=LEADING, seeds=["M14"])
def share_frequency(shares: float, content_consumers: float) -> float:
    """Content share frequency: how often a content consumer shares content.

    Shares per consumer-month.
    Source: Act-On, Customer journey map (2015), which asks it without a formula.

    >>> share_frequency(5, 200)
    0.025
    """
    return shares / content_consumers


@metric(stage=ATTRACT, unit=Unit.RATIO, better=HIGHER, timing=LEADING, seeds=["M23"])
def visits_per_article(referral_visits: float, articles: float) -> float:
    """Visits per article: website visits that an article or media mention brought, on average.

    Visits per article: the impact of PR and earned media.
    Source: Four key metric groups for B2B marketers (2016), which names the impact without a formula.

    >>> visits_per_article(300, 12)
    25.0
    """
    return referral_visits / articles
