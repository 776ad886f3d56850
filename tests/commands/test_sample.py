"""The sample year: reads, reconciles, combines, and is consistent."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tools.sample.generate import EXPORTS, generate
from xl_lifecycle.core.language.channels import CHANNELS
from xl_lifecycle.core.metrics.measures import ITEM_KINDS, MEASURES
from xl_lifecycle.exports import CombinedImport, combine
from xl_lifecycle.sources import read

DEC = 2026 * 12 + 11


@pytest.fixture(scope="module")
def sample() -> CombinedImport:
    imports = [read(path) for path in sorted(EXPORTS.iterdir())]
    assert all(check.agrees for each in imports for check in each.checks)
    return combine(imports)


def months(sample: CombinedImport, measure: str, channel: str | None = None) -> dict[int, float]:
    sums: dict[int, float] = defaultdict(float)
    for fact in sample.facts:
        if fact.measure == measure and channel in (None, fact.channel):
            sums[fact.month] += fact.value
    return dict(sums)


def test_files_are_those_that_are_generated() -> None:
    assert {path.name: path.read_bytes() for path in EXPORTS.iterdir()} == generate()
    assert sum(path.stat().st_size for path in Path(EXPORTS).iterdir()) < 700_000


def test_every_measure_channel_and_kind_occurs(sample: CombinedImport) -> None:
    assert {f.measure for f in sample.facts} | {i.measure for i in sample.items} == {m.name for m in MEASURES}
    assert {*CHANNELS} | {"(not attributed)", "", "Podcast"} == {f.channel for f in sample.facts}
    assert {item.kind for item in sample.items} == {kind.name for kind in ITEM_KINDS}
    for channel in ("Paid ads", "Email", "Social media"):
        assert len({f.campaign for f in sample.facts if f.channel == channel and f.measure == "spend"}) > 1


def test_awkward_things_are_there(sample: CombinedImport) -> None:
    assert max(months(sample, "spend")) == DEC
    assert max(months(sample, "new_customers")) == max(months(sample, "opportunities")) == DEC - 1
    assert DEC - 10 not in months(sample, "leads", "Signs")
    assert min(months(sample, "leads", "Podcast")) == min(months(sample, "spend", "Podcast")) == DEC - 6
    idle = {f.measure for f in sample.facts if f.campaign == "Display awareness"}
    assert "spend" in idle
    assert "new_customers" not in idle
    assert any(value % 1 for value in months(sample, "ad_conversions").values())
    assert any("deals without a source" in note for note in sample.notes)


def test_figures_are_consistent(sample: CombinedImport) -> None:
    values: dict[tuple[int, str, str], float] = defaultdict(float)
    for fact in sample.facts:
        values[fact.month, fact.channel, fact.measure] += fact.value
    channels = {fact.channel for fact in sample.facts if fact.measure == "customers_start"}
    lost = start = 0.0
    for channel in channels:
        for month in months(sample, "customers_start", channel):
            gone = (
                values[month, channel, "customers_start"]
                + values[month, channel, "new_customers"]
                - values[month, channel, "customers_end"]
            )
            assert gone >= 0
            lost, start = lost + gone, start + values[month, channel, "customers_start"]
            if (month + 1, channel, "customers_start") in values:
                assert values[month, channel, "customers_end"] == values[month + 1, channel, "customers_start"]
            assert values[month, channel, "quotes"] >= values[month, channel, "sales"]
    assert 0.01 < lost / start < 0.03
    at_most = (
        ("leads", "visitors"),
        ("mqls", "leads"),
        ("sqls", "mqls"),
        ("opportunities", "sqls"),
        ("won_deals", "opportunities"),
        ("clicks", "impressions"),
        ("engaged_sessions", "sessions"),
        ("sessions", "page_views"),
        ("unique_opens", "delivered"),
        ("unique_clicks", "unique_opens"),
        ("unsubscribes", "delivered"),
        ("landing_page_actions", "landing_page_visitors"),
        ("cta_clicks", "cta_views"),
        ("program_qualified", "program_entrants"),
        ("repeat_customers", "buying_customers"),
        ("new_revenue", "sales_revenue"),
        ("community_actives", "community_members"),
        ("mail_responses", "mail_pieces"),
        ("invalid_addresses", "list_size"),
        ("customer_opt_outs", "customer_delivered"),
        ("won_deals", "closed_deals"),
    )
    for less, more in at_most:
        larger = months(sample, more)
        assert all(value <= larger[month] for month, value in months(sample, less).items() if month in larger), (
            less,
            more,
        )
    sums = {
        name: months(sample, name)
        for name in (
            "promoters",
            "detractors",
            "responses",
            "nurtured_sales",
            "other_sales",
            "sales",
            "nurtured_revenue",
            "other_revenue",
            "sales_revenue",
            "referral_points",
        )
    }
    for month in sums["sales"]:
        assert sums["promoters"][month] + sums["detractors"][month] <= sums["responses"][month]
        assert sums["referral_points"][month] <= 10 * sums["responses"][month]
        assert sums["nurtured_sales"][month] + sums["other_sales"][month] == sums["sales"][month]
        assert sums["nurtured_revenue"][month] + sums["other_revenue"][month] == sums["sales_revenue"][month]


def test_ratios_are_plausible(sample: CombinedImport) -> None:
    until_november = lambda measure, channel=None: sum(  # noqa: E731
        value for month, value in months(sample, measure, channel).items() if month < DEC
    )
    for channel in CHANNELS:
        assert 40 <= until_november("spend", channel) / until_november("leads", channel) <= 300
        assert 300 <= until_november("spend", channel) / until_november("new_customers", channel) <= 3000
    assert 0.68 <= 1 - until_november("direct_cost") / until_november("sales_revenue") <= 0.72
    assert all(150 <= value <= 250 for value in months(sample, "leads").values())
    assert all(8 <= value <= 20 for value in months(sample, "new_customers").values())
