"""The fixed set of social networks, whose followers add up to those of the company and of a channel."""

from __future__ import annotations

import pytest

from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid
from xl_lifecycle.core.functions import Functions

ATTRACT: Grid = [
    ["Month", "Channel", "Campaign", "Followers"],
    ["2026-01", "Social media", None, 5200],
    ["2026-02", "Social media", None, 5300],
    ["2026-03", "Social media", None, 5400],
]
ITEMS: Grid = [
    ["Month", "Kind", "Item", "Channel", "Measure", "Value"],
    ["2026-01", "network", "LinkedIn", "Social media", "followers", 3900],
    ["2026-01", "network", "YouTube", "Social media", "followers", 1300],
    ["2026-01", "network", "TikTok", "Social media", "followers", 70],
    ["2026-02", "network", "linkedin", "Social media", "followers", 3910],
    ["2026-02", "network", "LinkedIn", "Social media", "shares", 9],
]
IMPORTS: Grid = [["Source", "File", "Measure", "From", "To"], ["x", "x.csv", "Followers", "2026-01", "2026-04"]]
NA = ExcelError.NA


def functions_of(networks: list[str], header: str = "Network") -> tuple[Functions, object]:
    functions = Functions(collect())
    return functions, functions.call("DATASET", [ATTRACT, ITEMS, IMPORTS, [[header], *[[name] for name in networks]]])


@pytest.mark.parametrize(
    ("networks", "values"),
    [
        ([], [5200, 5300, 5400]),
        ([""], [5200, 5300, 5400]),
        (["Mastodon"], [5200, 5300, 5400]),  # of which Items has nothing
        (["LINKEDIN"], [3900, 3910, NA]),
        (["YouTube", "LinkedIn"], [5200, NA, NA]),  # in February nobody knows the set's sum
    ],
)
def test_listed_networks_make_the_whole(networks: list[str], values: list[object]) -> None:
    functions, data = functions_of(networks)
    for channel in ("All", "Social media"):
        months = ("2026-01", "2026-02", "2026-03")
        assert [functions.call("KPI", ["followers", channel, month, data]) for month in months] == values
    assert functions.call("KPI", ["network:tiktok", "All", "2026-01", data]) == 70
    if networks != [] and values[0] != 5200:
        assert functions.call("KPI", ["followers", "All", "2026-04", data]) is NA  # declared, but not of the set


@pytest.mark.parametrize("header", ["네트워크", "ネットワーク"])
def test_the_table_is_read_in_every_language(header: str) -> None:
    functions, data = functions_of(["LinkedIn"], header)
    assert functions.call("KPI", ["followers", "All", "2026-01", data]) == 3900


def test_explain_says_which_count() -> None:
    functions, data = functions_of(["LinkedIn"])
    rows = functions.call("EXPLAIN", ["followers", "All", "2026-01", data])
    assert isinstance(rows, list)
    assert ["Followers", 3900.0, "at the end of 2026-01; 1 row of Items; from x"] in rows
    assert ["Networks counted", "LinkedIn", "as listed on Settings, table Networks"] in rows
    assert ["Networks left out", "YouTube, TikTok", "not listed there"] in rows
    functions, data = functions_of(["YouTube", "LinkedIn"])
    (reason,) = [
        row[2] for row in functions.call("EXPLAIN", ["followers", "All", "2026-02", data]) if row[0] == "Reason"
    ]  # type: ignore[union-attr,index]
    assert reason == "Followers of every network on Settings is recorded for 2026-01"


def test_another_set_is_another_dataset() -> None:
    assert len({functions_of(networks)[1] for networks in ([], ["LinkedIn"], ["YouTube"])}) == 3  # type: ignore[misc]


def test_a_network_that_cannot_be_read_makes_the_whole_unknown() -> None:
    functions = Functions(collect())
    bad = [*ITEMS[:-1], ["2026-03", "network", "LinkedIn", "Social media", "followers", "many"]]
    data = functions.call("DATASET", [ATTRACT, bad, [["Network"], ["LinkedIn"]]])
    assert functions.call("KPI", ["followers", "All", "2026-03", data]) is ExcelError.VALUE
    assert functions.call("KPI", ["followers", "All", "2026-01", data]) == 3900
