"""The tables that the teams of the company type themselves."""

from __future__ import annotations

from collections.abc import Iterable

from tools.sample.company import BOUGHT_UNTIL, CHANNELS, MONTHS, SEASON, Channel, Year
from tools.sample.exports import GA4, lines, visits

Figures = dict[str, float]
Key = tuple[int, str, str]


def table(rows: dict[Key, Figures]) -> bytes:
    """A table of monthly figures; an empty cell means not recorded."""
    names = list(dict.fromkeys(name for figures in rows.values() for name in figures))
    body = [
        [MONTHS[month], channel, campaign, *(_text(figures.get(name)) for name in names)]
        for (month, channel, campaign), figures in rows.items()
    ]
    return lines([["month", "channel", "campaign", *names], *body]).encode()


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _live(months: int) -> Iterable[tuple[int, Channel]]:
    return ((month, channel) for month in range(months) for channel in CHANNELS if month >= channel.starts)


def costs(year: Year) -> bytes:
    """Spend of every channel except Paid ads, which has an export; salaries are for the whole company."""
    rows: dict[Key, Figures] = {}
    for month, channel in _live(12):
        if not channel.spend or channel.name == "Paid ads":
            continue
        spend = round(channel.spend * SEASON[month] * year.random.uniform(0.92, 1.08), 2)
        campaigns = [campaign for campaign in channel.campaigns if campaign]
        for campaign in campaigns:
            rows[month, channel.name, campaign] = {"spend": round(spend * 0.4, 2)}
        rows[month, channel.name, ""] = {"spend": round(spend - sum(round(spend * 0.4, 2) for _ in campaigns), 2)}
    for month in range(12):
        rows[month, "", ""] = {"other_marketing_cost": 6200 + 50 * month, "sales_cost": 9400 + 80 * month}
    return table(rows)


def attract(year: Year) -> bytes:
    """Visits by printed addresses and codes, search and social figures, press."""
    rows: dict[Key, Figures] = {}
    followers = 5200
    for month, channel in _live(12):
        name, random = channel.name, year.random
        figures: Figures = {}
        if name not in GA4:
            visitors, sessions, engaged, views = visits(year, month, channel)
            figures = {
                "visitors": visitors,
                "sessions": sessions,
                "engaged_sessions": engaged,
                "page_views": views,
            }
        if name in ("Organic search", "Social media"):
            impressions = round(
                (90000 if name == "Organic search" else 60000) * SEASON[month] * random.uniform(0.95, 1.05)
            )
            figures |= {"impressions": impressions, "clicks": round(impressions * 0.035)}
        if name == "Social media":
            followers += random.randint(40, 110)
            likes, comments, shares = (round(reach * SEASON[month]) for reach in (1450, 160, 210))
            figures |= {
                "followers": followers,
                "reach": round(31000 * SEASON[month]),
                "likes": likes,
                "comments": comments,
                "shares": shares,
            }
        if name == "Events & PR":
            figures |= {
                "press_releases": random.randint(1, 3),
                "articles": random.randint(3, 9),
                "referral_visits": random.randint(90, 240),
                "events": random.randint(1, 4),
            }
        if name in ("Organic search", "Email", "Referral", "Social media"):
            figures["content_consumers"] = round(channel.leads * 9 * SEASON[month])
        figures["page_seconds"] = round(channel.leads * channel.visitors * 140 * SEASON[month])
        rows[month, name, ""] = figures
    return table(rows)


def capture(year: Year) -> bytes:
    """Goals, lead scores, landing pages, calls to action and events."""
    rows: dict[Key, Figures] = {}
    for month, channel in _live(12):
        name, leads = channel.name, year.lead_count(month, channel.name)
        figures: Figures = {"lead_points": round(leads * year.random.uniform(38, 62))}
        if name != "(not attributed)":
            goal = round(channel.leads * 1.05)
            figures |= {"lead_goal": goal, "lead_forecast": round(goal * SEASON[month])}
        if name in ("Organic search", "Paid ads", "Email"):
            visitors = round(channel.leads * 14 * SEASON[month])
            figures |= {
                "landing_page_visitors": visitors,
                "landing_page_actions": round(visitors * 0.062),
                "cta_views": visitors * 3,
                "cta_clicks": round(visitors * 3 * 0.041),
                "known_visitors": round(leads * 0.6),
            }
        if name == "Events & PR":
            figures["event_leads"] = round(leads * 0.7)
        rows[month, name, ""] = figures
    return table(rows)


def nurture(year: Year) -> bytes:
    """Mail by campaign, programs, community; what nurtured leads bought."""
    rows: dict[Key, Figures] = {}
    size, members = 8200, 640
    for month in range(12):
        random = year.random
        for campaign, sent in (("Newsletter", 15800), ("Product launch", 4200), ("", 2600)):
            delivered = round(sent * random.uniform(0.96, 1.04))
            opens = round(delivered * random.uniform(0.24, 0.31))
            rows[month, "Email", campaign] = {
                "delivered": delivered,
                "unique_opens": opens,
                "unique_clicks": round(opens * random.uniform(0.1, 0.16)),
                "unsubscribes": round(delivered * random.uniform(0.001, 0.003)),
            }
        size, members = size + random.randint(60, 150), members + random.randint(5, 30)
        rows[month, "Email", ""] |= {
            "list_size": size,
            "invalid_addresses": round(size * random.uniform(0.012, 0.02)),
            "customer_delivered": 1900 + 40 * month,
            "customer_opt_outs": random.randint(1, 6),
        }
        entrants, actives = random.randint(70, 110), round(members * random.uniform(0.18, 0.26))
        figures: Figures = {
            "program_entrants": entrants,
            "program_qualified": round(entrants * random.uniform(0.3, 0.42)),
            "community_members": members,
            "community_actives": actives,
            "community_posts": actives * 3 + random.randint(0, 20),
            "answer_hours": round(random.uniform(4.5, 9.5), 1),
        }
        if month < BOUGHT_UNTIL:
            won = sorted((deal.amount for deal in year.won(month)), reverse=True)
            nurtured = won[: len(won) * 3 // 5 : 1]
            figures |= {
                "nurtured_sales": len(nurtured),
                "nurtured_revenue": sum(nurtured),
                "other_sales": len(won) - len(nurtured),
                "other_revenue": sum(won) - sum(nurtured),
            }
        rows[month, "", ""] = figures
    return table(rows)


def convert(year: Year) -> bytes:
    """Quotes, the direct cost of what was sold, mailings."""
    rows: dict[Key, Figures] = {}
    for month, channel in _live(BOUGHT_UNTIL):
        won = year.won(month, channel.name)
        revenue = sum(deal.amount for deal in won)
        figures: Figures = {
            "quotes": len(won) + year.random.randint(1, 4) + len(won) // 2,
            "direct_cost": round(revenue * year.random.uniform(0.28, 0.32), 2),
        }
        if channel.name == "Direct mail":
            pieces = round(1100 * SEASON[month])
            figures |= {
                "mail_pieces": pieces,
                "mail_responses": round(pieces * year.random.uniform(0.006, 0.014)),
            }
        rows[month, channel.name, ""] = figures
    return table(rows)


def expand(year: Year) -> bytes:
    """Customers by the channel they came from, repeat business, surveys."""
    rows: dict[Key, Figures] = {}
    random, loyal = year.random, 62
    for month, channel in _live(BOUGHT_UNTIL):
        key = month, channel.name
        won = year.won(month, channel.name)
        fresh = {deal.company for deal in year.first_deals(month, channel.name)}
        buyers = {deal.company for deal in won if deal.company}
        rows[month, channel.name, ""] = {
            "customers_start": year.starts[key],
            "customers_end": year.ends[key],
            "buying_customers": len(buyers),
            "repeat_customers": len(buyers - fresh),
        }
    for month in range(BOUGHT_UNTIL):
        loyal += random.randint(1, 5)
        sold = {name: year.won(month, name) for name in ("Referral", "Organic search")}
        revenue = {name: sum(deal.amount for deal in won) for name, won in sold.items()}
        answers = random.randint(42, 70)
        promoters, detractors = (
            round(answers * random.uniform(0.42, 0.55)),
            round(answers * random.uniform(0.1, 0.18)),
        )
        repeats = sum(
            len(year.won(month, channel.name)) - len(year.first_deals(month, channel.name)) for channel in CHANNELS
        )
        satisfied = random.randint(60, 95)
        rows[month, "", ""] = {
            "renewals": random.randint(6, 14),
            "upsells": repeats // 2,
            "cross_sells": repeats - repeats // 2,
            "program_revenue": 5200 + random.randint(0, 30) * 100,
            "program_cost": 1400 + random.randint(0, 6) * 50,
            "loyalty_members": loyal,
            "loyalty_revenue": 3100 + random.randint(0, 20) * 100,
            "referral_leads": year.lead_count(month, "Referral"),
            "referral_revenue": revenue["Referral"],
            "web_leads": year.lead_count(month, "Organic search"),
            "web_revenue": revenue["Organic search"],
            "responses": answers,
            "promoters": promoters,
            "detractors": detractors,
            "referral_points": promoters * 9 + detractors * 4 + (answers - promoters - detractors) * 7 + promoters // 2,
            "satisfaction_responses": satisfied,
            "satisfaction_points": round(satisfied * random.uniform(4.0, 4.5)),
            "coded_answers": 35 + month,
            "usage_events": round((150 + 9 * month) * 88 * random.uniform(0.95, 1.05)),
        }
    return table(rows)


THINGS: tuple[tuple[str, str, str, tuple[tuple[str, int], ...]], ...] = (
    ("keyword", "crm software", "Organic search", (("rank", 9), ("impressions", 14500))),
    ("keyword", "customer lifecycle", "Organic search", (("rank", 4), ("impressions", 6200))),
    ("keyword", "example crm", "Organic search", (("rank", 1), ("impressions", 2100))),
    ("term", "example crm", "", (("search_index", 55),)),
    ("page", "/demo", "Paid ads", (("landing_page_visitors", 380), ("landing_page_actions", 29))),
    ("page", "/pricing", "Organic search", (("landing_page_visitors", 420), ("landing_page_actions", 22))),
    ("asset", "White paper: lifecycle", "", (("downloads", 130), ("content_views", 890), ("leads", 24))),
    ("asset", "Webinar: first 90 days", "", (("downloads", 60), ("content_views", 410), ("leads", 17))),
    ("cta", "Book a demo", "", (("cta_views", 2600), ("cta_clicks", 118))),
    ("cta", "Get the white paper", "", (("cta_views", 1900), ("cta_clicks", 92))),
    ("program", "Welcome series", "Email", (("program_entrants", 55), ("program_qualified", 21))),
    ("program", "Reactivation", "Email", (("program_entrants", 30), ("program_qualified", 7))),
    ("network", "LinkedIn", "Social media", (("followers", 3900), ("shares", 140))),
    ("network", "YouTube", "Social media", (("followers", 1300), ("shares", 45))),
    ("event", "Spring fair", "Events & PR", (("event_leads", 5),)),
    ("event", "User group", "Events & PR", (("event_leads", 4),)),
    ("customer program", "Advisory board", "", (("program_revenue", 3100), ("program_cost", 800))),
    ("customer program", "Onboarding calls", "", (("program_revenue", 2100), ("program_cost", 600))),
    ("loyalty program", "Partner club", "", (("loyalty_members", 70), ("loyalty_revenue", 3600))),
    ("answer code", "Easy to use", "", (("coded_answers", 18),)),
    ("answer code", "Too expensive", "", (("coded_answers", 9),)),
)


def items(year: Year) -> bytes:
    """What is recorded for single items."""
    rows: list[list[object]] = [["month", "kind", "item", "channel", "measure", "value"]]
    for month in range(12):
        for kind, item, channel, measures in THINGS:
            for measure, usual in measures:
                value: float = round(usual * year.random.uniform(0.85, 1.15) * SEASON[month])
                if measure == "rank":
                    value = round(max(1.0, usual - month * usual / 20 + year.random.uniform(-0.4, 0.4)), 1)
                elif measure in ("followers", "loyalty_members"):
                    value = usual + month * usual // 60
                rows.append(
                    [
                        MONTHS[month],
                        kind,
                        item,
                        channel,
                        measure,
                        _text(min(value, 100) if measure == "search_index" else value),
                    ]
                )
    return lines(rows).encode()
