"""The company's year as the exports of its tools, quirks included."""

from __future__ import annotations

import calendar
import csv
import io
from collections.abc import Sequence

from tools.sample.company import AWARENESS, CHANNELS, SEASON, Channel, Year

Cells = Sequence[object]
WORDS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ADS = (  # campaign, type, share of spend, cost per click, click rate
    ("Brand", "Search", 0.2, 0.9, 0.12),
    ("Generic - CRM software", "Search", 0.4, 3.4, 0.045),
    ("Competitors", "Search", 0.15, 4.2, 0.03),
    ("Retargeting", "Display", 0.13, 0.8, 0.006),
    (AWARENESS, "Display", 0.12, 0.6, 0.004),
)
GA4 = {
    "Organic search": (("Organic Search", 1.0),),
    "Paid ads": (("Paid Search", 0.7), ("Display", 0.2), ("Paid Social", 0.1)),
    "Social media": (("Organic Social", 0.85), ("Organic Video", 0.15)),
    "Email": (("Email", 1.0),),
    "Referral": (("Referral", 1.0),),
    "Podcast": (("Podcast", 1.0),),
    "(not attributed)": (("Direct", 0.9), ("Unassigned", 0.1)),
}


def lines(rows: Sequence[Cells], separator: str = ",", end: str = "\n") -> str:
    """Rows as delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def visits(year: Year, month: int, channel: Channel) -> tuple[int, int, int, int]:
    """Visitors, sessions, engaged sessions and page views of a channel's month."""
    visitors = round(channel.leads * channel.visitors * SEASON[month] * year.random.uniform(0.93, 1.07))
    sessions = round(visitors * year.random.uniform(1.2, 1.4))
    return (
        visitors,
        sessions,
        round(sessions * year.random.uniform(0.5, 0.68)),
        round(sessions * year.random.uniform(2, 3)),
    )


def google_ads(year: Year, month: int) -> bytes:
    """A campaign report; March is a British one, every third the tab-separated UTF-16 of "Excel CSV"."""
    british, tabs, clicks_too = month == 2, month % 3 == 1, month != 6
    score = "Optimisation score" if british else "Optimization score"
    header = [
        "Campaign status",
        "Campaign",
        "Budget",
        "Budget name",
        "Budget type",
        "Status",
        "Status reasons",
        score,
        "Campaign type",
        "Impr.",
        "Interactions",
        "Interaction rate",
        "Currency code",
        "Avg. cost",
        "Cost",
        *(["Clicks"] if clicks_too else []),
        "Search impr. share",
        "Conv. rate",
        "Conversions",
        "Cost / conv.",
    ]

    def row(first: Cells, kind: str, impressions: int, clicks: int, cents: int, conversions: float) -> list[object]:
        total = not kind
        return [
            *first,
            "--" if total else f"{conversions * 0.7 + 20:.2f}%",
            kind or " --",
            f"{impressions:,}",
            f"{clicks:,}",
            f"{clicks / impressions:.2%}",
            "USD",
            f"{cents / clicks / 100:.2f}",
            f"{cents / 100:.2f}",
            *([f"{clicks:,}"] if clicks_too else []),
            "< 10%" if kind == "Display" else " --",
            f"{conversions / clicks:.2%}",
            f"{conversions:.2f}",
            f"{cents / max(conversions, 0.01) / 100:.2f}",
        ]

    rows, sums = [], {"Search": [0, 0, 0, 0.0], "Display": [0, 0, 0, 0.0]}
    for name, kind, share, click, rate in ADS:
        cents = round(4200 * share * SEASON[month] * year.random.uniform(0.9, 1.1) * 100)
        clicks = round(cents / 100 / click)
        impressions = round(clicks / rate)
        conversions = 0.0 if name == AWARENESS else round(clicks * year.random.uniform(0.015, 0.03), 2)
        rows.append(
            row(
                ["Enabled", name, f"{share * 140:.2f}", " --", "Daily", "Eligible", ""],
                kind,
                impressions,
                clicks,
                cents,
                conversions,
            )
        )
        sums[kind] = [a + b for a, b in zip(sums[kind], (impressions, clicks, cents, conversions), strict=True)]
    rows.append(
        [
            "Paused",
            "Old landing pages",
            "5.00",
            " --",
            "Daily",
            "Paused",
            "campaign is paused",
            " --",
            "Search",
            "0",
            "0",
            " --",
            "USD",
            " --",
            "0.00",
            *(["0"] if clicks_too else []),
            " --",
            " --",
            "0.00",
            " --",
        ]
    )
    every = [sum(pair) for pair in zip(sums["Search"], sums["Display"], strict=True)]
    account = [every[0] + 210, every[1] + 9, every[2] + 1264, every[3]]  # with campaigns since removed
    for label, total in (
        ("Campaign" if british else "Campaigns", every),
        ("Account", account),
        *sums.items(),
    ):
        rows.append(row([f"Total: {label}", *[" --"] * 6], "", *total))  # type: ignore[arg-type]
    last = calendar.monthrange(2026, month + 1)[1]
    word = WORDS[month]
    span = f"1 {word} 2026 - {last} {word} 2026" if british else f"{word} 1, 2026 - {word} {last}, 2026"
    text = lines([["Campaign report"], [span], header, *rows], "\t" if tabs else ",")
    return b"\xff\xfe" + text.encode("utf-16-le") if tabs else text.encode()


def ga4(year: Year, month: int) -> bytes:
    """A traffic acquisition report; the last months have newer headers, and Excel saved May again."""
    newer = month >= 10
    start, end = f"2026{month + 1:02d}01", f"2026{month + 1:02d}{calendar.monthrange(2026, month + 1)[1]}"
    group = "Session primary channel group (Default Channel Group)" if newer else "Session default channel group"
    header = [
        group,
        "Total users" if newer else "Users",
        "Sessions",
        "Engaged sessions",
        "Average engagement time per session",
        "Events per session",
        "Engagement rate",
        "Event count",
        "Views",
        "Key events" if newer else "Conversions",
        *(["Session key event rate"] if newer else []),
        "Total revenue",
    ]
    rows: list[Cells] = []
    for channel in CHANNELS:
        if channel.name not in GA4 or month < channel.starts:
            continue
        whole = visits(year, month, channel)
        remaining = list(whole)
        groups = GA4[channel.name]
        for n, (name, share) in enumerate(groups):
            part = remaining if n == len(groups) - 1 else [round(value * share) for value in whole]
            remaining = [a - b for a, b in zip(remaining, part, strict=True)]
            users, sessions, engaged, views = part
            events = views * 3
            key = round(sessions * 0.02)
            rows.append(
                [
                    name,
                    users,
                    sessions,
                    engaged,
                    round(38 + users % 40 + 0.25, 2),
                    events / sessions,
                    engaged / sessions,
                    events,
                    views,
                    key,
                    *([key / sessions] if newer else []),
                    0,
                ]
            )
    rows.sort(key=lambda row: -int(str(row[1])))
    dashes = "# " + "-" * 40
    preamble = [
        [dashes],
        ["# Traffic acquisition: " + group],
        ["# Account: Example GmbH"],
        ["# Property: example.com"],
        [dashes],
        ["# "],
        ["# All Users"],
        [f"# Start date: {start}"],
        [f"# End date: {end}"],
    ]
    table: list[Cells] = [*preamble, header, *rows]
    if month % 4 == 3:  # the chart's table comes first
        sessions_total, days = sum(int(str(row[2])) for row in rows), int(end[-2:])
        daily = [sessions_total // days + (n < sessions_total % days) for n in range(days)]
        table = [
            *preamble,
            ["Nth day", "Sessions"],
            *([f"{n:04d}", value] for n, value in enumerate(daily)),
            [],
            *preamble[5:],
            header,
            *rows,
        ]
    if month == 4:
        table = [[*cells, *[""] * (len(header) - len(cells) + 1)] for cells in table]
    return lines(table).encode()


def contacts(year: Year) -> bytes:
    """All contacts of the year, one lead each."""
    header = [
        "Record ID",
        "First Name",
        "Last Name",
        "Email",
        "Phone Number",
        "Lead Status",
        "Create Date",
        "Original Source",
        "Campaign",
        "Became a marketing qualified lead date",
        "Became a sales qualified lead date",
    ]
    rows = []
    for n, lead in enumerate(year.leads, 1):
        source = lead.source + (";Direct Traffic" if n % 97 == 0 and lead.source else "")
        status = "In progress" if lead.sql else "Open" if lead.mql else "New"
        dates = [f"{when:%Y-%m-%d %H:%M}" if when else "" for when in (lead.mql, lead.sql)]
        rows.append(
            [
                100000 + n,
                "Contact",
                f"{n:04d}",
                f"contact{n:04d}@example.com",
                "",
                status,
                f"{lead.created:%Y-%m-%d %H:%M}",
                source,
                lead.campaign,
                *dates,
            ]
        )
    return b"\xef\xbb\xbf" + lines([header, *rows]).encode()


def deals(year: Year) -> bytes:
    """All deals of the year; some without a source, some without a company."""
    header = [
        "Record ID",
        "Deal Name",
        "Deal Stage",
        "Amount",
        "Deal owner",
        "Close Date",
        "Create Date",
        "Last Activity Date",
        "Original Traffic Source",
        "Campaign",
        "Closed Lost Reason",
        "Associated Company IDs",
        "Currency",
    ]
    rows = []
    for n, deal in enumerate(year.deals, 1):
        name = f"Company {deal.company:04d} - order" if deal.company else "Counter sale"
        moments = [
            f"{when:%Y-%m-%d %H:%M}"
            for when in (deal.closed, deal.created, min(deal.closed, deal.created.replace(month=12)))
        ]
        company = 700000 + deal.company if deal.company else ""
        rows.append(
            [
                500000 + n,
                name,
                deal.stage,
                deal.amount,
                "Sales team",
                *moments,
                deal.source,
                deal.campaign,
                deal.reason,
                company,
                "USD",
            ]
        )
    return lines([header, *rows]).encode()
