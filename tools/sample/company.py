"""The invented company: who came, who bought, and when. Everything follows from one seed."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

MONTHS = [f"2026-{n:02d}" for n in range(1, 13)]
SEASON = (0.92, 0.95, 1.05, 1.02, 1.0, 1.03, 0.9, 0.82, 1.08, 1.12, 1.1, 0.85)
BOUGHT_UNTIL = 11  # months: deals and customers are known for one month less than spend
NONE = "(not attributed)"


@dataclass(frozen=True)
class Channel:
    """A channel's usual month: leads, spend (USD), visitors per lead, wins per lead; customers at the start."""

    name: str
    leads: float
    spend: float
    visitors: int
    wins: float
    customers: int
    sources: tuple[str, ...]
    campaigns: tuple[str, ...] = ("",)
    starts: int = 0


CHANNELS = (
    Channel("Organic search", 45, 2000, 55, 0.075, 40, ("Organic Search",)),
    Channel(
        "Paid ads",
        40,
        4200,
        42,
        0.08,
        22,
        ("Paid Search", "Paid Search", "Paid Search", "Paid Social"),
        ("Brand", "Generic - CRM software", "Competitors", "Retargeting"),
    ),
    Channel("Social media", 22, 1500, 60, 0.065, 10, ("Organic Social",), ("Always-on", "Customer stories", "")),
    Channel("Email", 20, 900, 30, 0.085, 16, ("Email Marketing",), ("Newsletter", "Product launch", "")),
    Channel("Radio & TV", 9, 1700, 22, 0.09, 6, ("Radio & TV",)),
    Channel("Signs", 4, 350, 25, 0.1, 3, ("Signs",)),
    Channel("Direct mail", 8, 900, 18, 0.085, 7, ("Direct mail",)),
    Channel("Local print", 6, 700, 20, 0.085, 4, ("Local print",)),
    Channel("Referral", 20, 1000, 25, 0.12, 30, ("Referrals",)),
    Channel("Events & PR", 13, 2300, 24, 0.1, 12, ("Events & PR",)),
    Channel("Podcast", 8, 900, 28, 0.09, 0, ("Podcast",), starts=5),
    Channel(NONE, 7, 0, 90, 0.06, 6, ("Direct Traffic", "Offline Sources", "")),
)
# No customers come from this one, although it costs money every month.
AWARENESS = "Display awareness"


@dataclass
class Lead:
    channel: Channel
    source: str
    campaign: str
    created: datetime
    mql: datetime | None = None
    sql: datetime | None = None


@dataclass
class Deal:
    channel: Channel
    source: str
    campaign: str
    created: datetime
    closed: datetime
    stage: str
    amount: int
    company: int = 0
    reason: str = ""

    @property
    def won(self) -> bool:
        return self.stage == "Closed Won"


@dataclass
class Year:
    """leads and deals by date; starts, ends: customers by (month, channel)."""

    random: Random
    leads: list[Lead] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    starts: dict[tuple[int, str], int] = field(default_factory=dict)
    ends: dict[tuple[int, str], int] = field(default_factory=dict)

    def lead_count(self, month: int, channel: str) -> int:
        return sum(lead.created.month == month + 1 and lead.channel.name == channel for lead in self.leads)

    def won(self, month: int, channel: str | None = None) -> list[Deal]:
        return [
            deal
            for deal in self.deals
            if deal.won and deal.closed.month == month + 1 and channel in (None, deal.channel.name)
        ]

    def first_deals(self, month: int, channel: str | None = None) -> list[Deal]:
        """The deals of the month that made a new customer."""
        first: dict[int, Deal] = {}
        for deal in sorted((deal for deal in self.deals if deal.won and deal.company), key=lambda deal: deal.closed):
            first.setdefault(deal.company, deal)
        return [deal for deal in self.won(month, channel) if first.get(deal.company) is deal]


def live(seed: int = 2026) -> Year:
    """The whole year."""
    year = Year(Random(seed))
    _leads(year)
    _deals(year)
    _customers(year)
    return year


def _moment(random: Random, month: int) -> datetime:
    day = random.randint(1, calendar.monthrange(2026, month + 1)[1])
    return datetime(2026, month + 1, day, random.randint(8, 18), random.randint(0, 59))


def _leads(year: Year) -> None:
    random = year.random
    for month in range(12):
        for channel in CHANNELS:
            if month < channel.starts or (channel.name == "Signs" and month == 1):
                continue
            for _ in range(max(1, round(channel.leads * SEASON[month] * random.uniform(0.85, 1.15)))):
                campaign = random.choice(channel.campaigns)
                if channel.name == "Paid ads" and random.random() < 0.04:
                    campaign = AWARENESS
                lead = Lead(channel, random.choice(channel.sources), campaign, _moment(random, month))
                if random.random() < 0.62:
                    fresh = month == 0  # the first month has no earlier leads that ripen
                    mql = lead.created + timedelta(days=random.randint(0, 3 if fresh else 8), hours=1)
                    sql = mql + timedelta(days=random.randint(0, 3) if fresh else random.randint(1, 9))
                    lead.mql = mql if mql.year == 2026 else None
                    lead.sql = sql if random.random() < (0.78 if fresh else 0.62) and sql.year == 2026 else None
                year.leads.append(lead)
    year.leads.sort(key=lambda lead: lead.created)


def _deals(year: Year) -> None:
    random, due = year.random, dict.fromkeys((channel.name for channel in CHANNELS), 0.5)
    company = 0
    for month in range(BOUGHT_UNTIL):
        earlier = [deal for deal in year.deals if deal.won and deal.company]
        for channel in CHANNELS:
            leads = year.lead_count(month, channel.name)
            if not leads:
                continue
            due[channel.name] += leads * channel.wins
            wins = int(due[channel.name])
            due[channel.name] -= wins
            stages = ["Closed Won"] * wins + ["Closed Lost"] * round(wins * 1.4 + random.random() * 0.5)
            for stage in stages:
                closed = _moment(random, month)
                undecided = stage == "Closed Lost" and random.random() < 0.4
                reason = "No decision" if undecided else random.choice(("Price", "Competitor", "Missing feature"))
                company += 1
                year.deals.append(
                    Deal(
                        channel,
                        random.choice(channel.sources),
                        random.choice(channel.campaigns),
                        _before(random, closed),
                        closed,
                        stage,
                        random.randint(25, 65) * 100,
                        company,
                        "" if stage == "Closed Won" else reason,
                    )
                )
        for deal in earlier:
            if random.random() < 0.05:
                closed = _moment(random, month)
                year.deals.append(
                    Deal(
                        deal.channel,
                        deal.source,
                        deal.campaign,
                        _before(random, closed),
                        closed,
                        "Closed Won",
                        random.randint(8, 25) * 100,
                        deal.company,
                    )
                )
        if month % 2 == 0:  # sold over the counter: without a company
            closed = _moment(random, month)
            year.deals.append(Deal(CHANNELS[-1], "", "", _before(random, closed), closed, "Closed Won", 1200))
    for n in range(14):  # still open; their close dates are hopes
        channel, created = random.choice(CHANNELS), _moment(random, 9 + n % 2)
        stage = random.choice(("Appointment scheduled", "Qualified to buy", "Contract sent"))
        company += 1
        year.deals.append(
            Deal(
                channel,
                channel.sources[0],
                channel.campaigns[0],
                created,
                created + timedelta(days=90),
                stage,
                random.randint(25, 65) * 100,
                company,
            )
        )
    year.deals.sort(key=lambda deal: (deal.created, deal.closed))


def _before(random: Random, closed: datetime) -> datetime:
    return max(
        closed - timedelta(days=random.randint(4, 25)),
        datetime(2026, 1, random.randint(1, 3), 9) if closed.day > 3 or closed.month > 1 else closed,
    )


def _customers(year: Year) -> None:
    losses_due = dict.fromkeys((channel.name for channel in CHANNELS), 0.3)
    for channel in CHANNELS:
        customers = channel.customers
        for month in range(channel.starts, BOUGHT_UNTIL):
            losses_due[channel.name] += customers * 0.019
            losses = int(losses_due[channel.name])
            losses_due[channel.name] -= losses
            year.starts[month, channel.name] = customers
            customers += len(year.first_deals(month, channel.name)) - losses
            year.ends[month, channel.name] = customers
