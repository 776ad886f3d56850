"""The main job's numbers, found again by another way: the file's own tables, plain Python, no code of ours."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import os
import subprocess
import sys
from collections import defaultdict
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.systems import without_wine
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.refresh.merge import Report

NA, DIV0, NUM = "#N/A", "#DIV/0!", "#NUM!"
EXPORTS = resources.files("xl_lifecycle.commands.sample") / "exports"
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
PERIODS: dict[str, list[str] | None] = {
    **{month: [month] for month in MONTHS},
    **{f"2026-Q{quarter + 1}": MONTHS[3 * quarter : 3 * quarter + 3] for quarter in range(4)},
    "2026": MONTHS,
    "2026-02:2026-07": MONTHS[1:7],
    "2025": [],
    "all": None,
}


class Tables:
    """The workbook's own tables: values by measure, month, channel and campaign, and the months each one is known."""

    def __init__(self, path: Path) -> None:
        self.values: dict[tuple[str, str], list[tuple[str, str, float]]] = defaultdict(list)
        self.known: dict[str, set[str]] = defaultdict(set)
        self.channels: list[str] = []
        book = openpyxl.load_workbook(path, data_only=True)
        for sheet in book.worksheets:
            for table in sheet.tables.values():
                head, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
                if head[:3] == ["Month", "Channel", "Campaign"]:
                    for month, channel, campaign, *cells in rows:
                        for measure, value in zip(head[3:], cells, strict=True):
                            if value is not None:
                                self.add(measure, month, channel, campaign, value)
                elif table.name == "Imports":
                    for _, _, measure, first, last, *_ in rows:
                        if first is not None:
                            known = self.months(first, last)
                            self.known[measure] |= known
                elif table.name == "Channels":
                    self.channels = [row[0] for row in rows]

    def add(self, measure: str, month: dt.datetime, channel: str | None, campaign: str | None, value: float) -> None:
        self.values[measure, f"{month:%Y-%m}"].append((channel or "(not attributed)", campaign or "", float(value)))
        self.known[measure].add(f"{month:%Y-%m}")

    @staticmethod
    def months(first: dt.datetime, last: dt.datetime) -> set[str]:
        return {m for m in MONTHS if f"{first:%Y-%m}" <= m <= f"{last:%Y-%m}"}

    def covered(self, measures: tuple[str, ...], period: str) -> list[str]:
        """The months of a period in which every measure is known."""
        wanted = PERIODS[period]
        common = set.intersection(*(self.known[measure] for measure in measures))
        return sorted(common if wanted is None else common & set(wanted))

    def by_campaign(self, measure: str, channel: str) -> bool | None:
        """Whether a channel's measure is recorded by campaign; None if the channel does not have the measure."""
        rows = [row for (m, _), rows in self.values.items() if m == measure for row in rows if row[0] == channel]
        return any(campaign for _, campaign, _ in rows) if rows else None

    def total(self, measure: str, months: list[str], place: str) -> float:
        channel, slash, campaign = place.partition("/")
        return math.fsum(
            value
            for month in months
            for own, named, value in self.values.get((measure, month), ())
            if (channel in ("All", own)) and (not slash or campaign == named)
        )


SPEND, CUSTOMERS, LEADS, VISITORS = "Marketing spend", "New customers", "Leads", "Visitors"
REVENUE, COST = "Sales revenue", "Direct cost of sales"
START, END = "Customers at start", "Customers at end"
NEW_REVENUE, OLD_REVENUE = "New sales revenue", "Revenue from existing customers"


def ratio(above: float, below: float) -> float | str:
    return above / below if below else DIV0


def cac(t: Tables, months: list[str], place: str) -> float | str:
    return ratio(t.total(SPEND, months, place), t.total(CUSTOMERS, months, place))


def cpl(t: Tables, months: list[str], place: str) -> float | str:
    return ratio(t.total(SPEND, months, place), t.total(LEADS, months, place))


def conversion_rate(t: Tables, months: list[str], place: str) -> float | str:
    return ratio(t.total(LEADS, months, place), t.total(VISITORS, months, place))


def roi(t: Tables, months: list[str], place: str) -> float | str:
    spend = t.total(SPEND, months, place)
    return ratio(t.total(REVENUE, months, place) - t.total(COST, months, place) - spend, spend)


def retention(t: Tables, months: list[str], place: str) -> float | str:
    kept = t.total(END, months[-1:], place) - t.total(CUSTOMERS, months, place)
    return ratio(kept, t.total(START, months[:1], place))


def ltv(t: Tables, months: list[str], place: str) -> float | str:
    """Monthly revenue per customer, times the margin weighted by revenue, over monthly churn."""
    new, old, sold, cost, start, end, gained = (
        t.total(m, months, place) for m in (NEW_REVENUE, OLD_REVENUE, REVENUE, COST, START, END, CUSTOMERS)
    )
    if not (end and sold and start):
        return DIV0
    churn = (start + gained - end) / start
    if churn < 0:
        return NUM
    return ratio((new + old) / end * ((sold - cost) / sold), churn)


METRICS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "CAC": (cac, (SPEND, CUSTOMERS)),
    "CPL": (cpl, (SPEND, LEADS)),
    "CONVERSION_RATE": (conversion_rate, (LEADS, VISITORS)),
    "ROI": (roi, (REVENUE, COST, SPEND)),
    "RETENTION": (retention, (START, END, CUSTOMERS)),
    "LTV": (ltv, (NEW_REVENUE, OLD_REVENUE, END, REVENUE, COST, START, CUSTOMERS)),
}


def expected(tables: Tables, metric: str, place: str, period: str) -> float | str:
    formula, measures = METRICS[metric]
    months = tables.covered(measures, period)
    channel, slash, _ = place.partition("/")
    if not months or (slash and any(tables.by_campaign(m, channel) is False for m in measures)):
        return NA
    return formula(tables, months, place)


@pytest.fixture(scope="module")
def tables(demo_book: Path) -> Tables:
    return Tables(demo_book)


@pytest.fixture(scope="module")
def calc(demo_book: Path) -> Calc:
    return Calc(Functions(FUNCTIONS.catalogue), demo_book)


def places(tables: Tables) -> list[str]:
    campaigns = {name for rows in tables.values.values() for channel, name, _ in rows if channel == "Paid ads" and name}
    assert len(campaigns) >= 5
    return ["All", *tables.channels, "(not attributed)", *(f"Paid ads/{name}" for name in sorted(campaigns))]


def same(have: object, want: float | str) -> bool:
    return str(have) == want if isinstance(want, str) else have == pytest.approx(want, rel=1e-12, abs=0)


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_for_every_channel_campaign_and_period(metric: str, tables: Tables, calc: Calc) -> None:
    wrong, seen = [], []
    for place in places(tables):
        for period in PERIODS:
            have, want = calc.evaluate(f'={metric}("{place}","{period}")'), expected(tables, metric, place, period)
            seen.append(want)
            if not same(have, want):
                wrong.append(f"{metric} {place} {period}: {have}, not {want}")
    assert wrong == []
    assert len(seen) >= 18 * 20
    assert NA in seen, "the year 2025 has no numbers"
    assert sum(isinstance(value, float) for value in seen) > 100


def test_a_renamed_header_is_never_a_number(demo_book: Path) -> None:
    """Imports still declare the range of the measure, but no column has it: unknown, and not 0."""
    other = Calc(Functions(FUNCTIONS.catalogue), demo_book)
    assert other.evaluate('=CAC("Paid ads","2026",Data)') == pytest.approx(1356.180294117647)
    other.engine.set_value("Costs", 4, 4, "Ad money")
    for formula in ('=CAC("Paid ads","2026",Data)', '=CAC("All","all",Data)', '=KPI("spend","All","2026-01",Data)'):
        assert str(other.evaluate(formula)) == NA, formula


def test_the_sample_has_the_awkward_cases_that_the_rules_are_for(tables: Tables) -> None:
    assert expected(tables, "CAC", "Paid ads/Display awareness", "2026") == DIV0, "spend and no customer"
    assert expected(tables, "CPL", "All", "2026-12") != NA or expected(tables, "CAC", "All", "2026-12") == NA
    assert tables.known[SPEND] - tables.known[CUSTOMERS], "spend recorded further than customers"
    assert expected(tables, "CAC", "Podcast", "2026-03") == DIV0, "a channel that starts in June"
    assert tables.total("Ad conversions", MONTHS, "Paid ads") % 1, "fractional conversions"
    assert tables.total("Deals won", MONTHS, "(not attributed)") > 0, "deals without a source"


def run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xl_lifecycle", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        env=os.environ | environment,
    )


def test_the_real_command_line_gives_the_same(tables: Tables, demo_book: Path) -> None:
    rows, columns = places(tables)[:13], [period for period in PERIODS if len(period) != 7 or "Q" in period]
    array = ";".join(f'"{place}"' for place in rows), ",".join(f'"{period}"' for period in columns)
    done = run("calc", f"=CAC({{{array[0]}}},{{{array[1]}}})", "--book", str(demo_book), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert [len(row) for row in found] == [len(columns)] * len(rows)
    for place, row in zip(rows, found, strict=True):
        for period, have in zip(columns, row, strict=True):
            assert same(have, expected(tables, "CAC", place, period)), f"{place} {period}"


def test_one_cell_by_the_real_command_line(tables: Tables, demo_book: Path) -> None:
    done = run("calc", '=CAC("Paid ads","2026-Q1")', "--book", str(demo_book), "--json")
    assert same(json.loads(done.stdout), expected(tables, "CAC", "Paid ads", "2026-Q1"))


def test_the_command_makes_the_same_file_whatever_the_hash_seed(demo_book: Path, tmp_path: Path) -> None:
    done = run("demo", "--out", str(tmp_path), PYTHONHASHSEED="7")
    assert (done.returncode, without_wine(done.stderr)) == (0, "")
    assert (tmp_path / "lifecycle.xlsx").read_bytes() == demo_book.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"lifecycle.xlsx", "lifecycle.xlsm"}
    for word in ("Paid ads", "Podcast", "49,666.09 = the files' own total", "#DIV/0!"):
        assert word in done.stdout


# The sources, read here by hand.


def rows_of(name: str) -> list[list[str]]:
    data = (EXPORTS / name).read_bytes()
    utf_16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = data.decode("utf-16" if utf_16 else "utf-8-sig")
    return list(csv.reader(text.splitlines(), delimiter="\t" if utf_16 else ","))


def test_paid_ads_is_the_sum_of_the_files_own_totals(tables: Tables) -> None:
    stated: dict[str, float] = {}
    for name in sorted(file.name for file in EXPORTS.iterdir() if file.name.startswith("google-ads")):
        rows = rows_of(name)
        head = next(row for row in rows if "Cost" in row)
        total = next(row for row in rows if row and row[0] in ("Total: Campaigns", "Total: Campaign"))
        stated[name[len("google-ads-") : -len(".csv")]] = float(total[head.index("Cost")].replace(",", ""))
    assert sorted(stated) == MONTHS
    for month, cost in stated.items():
        assert tables.total(SPEND, [month], "Paid ads") == pytest.approx(cost, abs=0.005)
    assert tables.total(SPEND, MONTHS, "Paid ads") == pytest.approx(math.fsum(stated.values()), abs=0.005)


def test_every_contact_is_a_lead(tables: Tables) -> None:
    head, *rows = rows_of("hubspot-contacts.csv")
    assert tables.total(LEADS, MONTHS, "All") == len({row[head.index("Record ID")] for row in rows})


def test_deals_give_revenue_and_customers(tables: Tables) -> None:
    head, *rows = rows_of("hubspot-deals.csv")
    deals = [dict(zip(head, row, strict=True)) for row in rows]
    won = sorted((d for d in deals if d["Deal Stage"] == "Closed Won"), key=lambda d: (d["Close Date"], d["Record ID"]))
    assert tables.total("Opportunities", MONTHS, "All") == len(deals)
    assert tables.total("Deals won", MONTHS, "All") == len(won)
    amounts = [float(deal["Amount"].replace(",", "")) for deal in won if deal["Amount"]]
    assert tables.total(REVENUE, MONTHS, "All") == pytest.approx(math.fsum(amounts))
    first: dict[str, str] = {}
    for deal in won:
        owner = deal["Associated Company IDs"] or deal.get("Associated Contact IDs", "")
        if owner:
            first.setdefault(owner.split(";")[0], deal["Close Date"][:7])
    assert tables.total(CUSTOMERS, MONTHS, "All") == len(first)
    for month in MONTHS:
        assert tables.total(CUSTOMERS, [month], "All") == list(first.values()).count(month)


def test_the_reconciliation_is_right(demo_built: tuple[Path, Report]) -> None:
    stated = [line for line in demo_built[1].lines if line.file_total is not None]
    assert len(stated) >= 4 * 12
    assert [line for line in stated if not math.isclose(line.rows_total, line.file_total or 0, abs_tol=0.015)] == []
    assert demo_built[1].files == len([file for file in EXPORTS.iterdir() if file.name.endswith(".csv")])


def test_the_targets_for_leads_are_the_goals_that_the_channels_add_up_to() -> None:
    """A lead goal is in two tables of the sample, for the whole company and by month; they are the same goal."""
    with (EXPORTS / "capture.csv").open(encoding="utf-8") as file:
        goals = [(row["month"], row["channel"], float(row["lead_goal"] or 0)) for row in csv.DictReader(file)]
    with (EXPORTS.parent / "targets.csv").open(encoding="utf-8") as file:
        targets = [row for row in csv.DictReader(file) if row["metric"] == "leads" and "/" not in row["channel"]]
    assert len(targets) > 10
    for row in targets:
        months, channel = PERIODS[row["period"]], row["channel"]
        added = sum(goal for month, place, goal in goals if month in months and channel in ("All", place))
        assert float(row["target"]) == added, row
