"""SCORECARD as cells call it: the change, whether chance may explain it, and how far targets are reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xl_lifecycle.core.analysis.scorecard import COLUMNS
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid
from xl_lifecycle.core.functions import FUNCTIONS, Functions

NA, VALUE = ExcelError.NA, ExcelError.VALUE
Card = Callable[..., dict[str, Scalar]]


def tables(language: str, *months: tuple[str, float, float, float, float]) -> list[Grid]:
    """Spend, visitors, leads and new customers of Email by month."""
    return [
        [["Setting", "Value"], ["Language", language]],
        [["Month", "Channel", "Marketing spend"], *([month, "Email", spend] for month, spend, *_ in months)],
        [["Month", "Channel", "Visitors"], *([month, "Email", visitors] for month, _, visitors, *_ in months)],
        [["Month", "Channel", "Leads"], *([month, "Email", leads] for month, _, _, leads, _ in months)],
        [
            ["Month", "Channel", "New customers", "Sales revenue"],
            *([month, "Email", won, 10 * won] for month, *_, won in months if won >= 0),
        ],
    ]


def card_of(*months: tuple[str, float, float, float, float], language: str = "en") -> Card:
    functions = Functions(FUNCTIONS.catalogue)
    token = functions.call("DATASET", tables(language, *months))

    def card(name: Value, channel: Value = "Email", period: Value = "2026-02", *targets: list[Scalar]) -> object:
        goals: Grid = [["Metric", "Channel", "Period", "Target"], *targets]
        result = as_grid(functions.call("SCORECARD", [name, channel, period, token, goals]))
        return dict(zip(COLUMNS, result[0], strict=True)) if len(result[0]) == len(COLUMNS) else result[0][0]

    return card  # type: ignore[return-value]


TWICE = (("2026-01", 1000, 4000, 100, 10), ("2026-02", 1000, 4000, 200, 12))


def test_a_change_that_chance_does_not_explain_is_better_or_worse_by_direction() -> None:
    card, back = card_of(*TWICE), card_of(*((m, *row) for (_, *row), (m, *_) in zip(TWICE[::-1], TWICE, strict=True)))
    result = card("leads")
    assert (result["value"], result["before"], result["change"], result["signal"]) == (200, 100, 1.0, "better")
    assert (card("cpl")["change"], card("cpl")["signal"]) == (-0.5, "better"), "lower is better"
    assert (back("cpl")["change"], back("cpl")["signal"]) == (1.0, "worse")
    assert back("leads")["signal"] == "worse"


def test_a_share_changes_by_points() -> None:
    result = card_of(*TWICE)("conversion_rate")
    assert (result["value"], result["change"], result["signal"]) == (0.05, pytest.approx(2.5), "better")


def test_chance_is_not_taken_for_a_change() -> None:
    card = card_of(("2026-01", 1000, 4000, 100, 2), ("2026-02", 1000, 4000, 110, 4))
    assert card("leads")["signal"] == "may be chance"
    assert card("new_customers")["signal"] == "too few to tell"
    assert card("sales_revenue")["signal"] == "up", "amounts vary in ways that sums do not tell"
    assert card("spend")["signal"] == "unchanged"


def test_no_month_before_is_no_change() -> None:
    result = card_of(*TWICE)("leads", "Email", "2026-01")
    assert (result["value"], result["before"], result["change"], result["signal"]) == (100, NA, NA, "")
    everything = card_of(*TWICE)("leads", "Email", "all")
    assert (everything["value"], everything["before"], everything["change"]) == (300, NA, NA)


def test_a_period_not_over_is_compared_with_the_same_months_of_the_one_before() -> None:
    months = [(f"2026-0{i}", 100.0, 1000.0, float(i), -1.0 if i == 6 else float(10 * i)) for i in range(1, 7)]
    result = card_of(*months)("new_customers", "Email", "2026-Q2")
    assert (result["value"], result["before"]) == (90, 30), "April and May against January and February"
    assert str(result["source"]).endswith("(− 2026-06)")
    goal: list[Scalar] = ["new_customers", "Email", "2026-Q2", 120]
    assert card_of(*months)("new_customers", "Email", "2026-Q2", goal)["status"] == "on track"


@pytest.mark.parametrize(
    ("goal", "attained", "status"), [(200, 1.0, "reached"), (210, 200 / 210, "near"), (400, 0.5, "behind")]
)
def test_targets(goal: float, attained: float, status: str) -> None:
    result = card_of(*TWICE)("leads", "Email", "2026-02", ["LEADS", "email", "2026-02:2026-02", goal])
    assert (result["target"], result["attained"], result["status"]) == (goal, pytest.approx(attained), status)


def test_a_target_is_the_only_one_of_its_months_and_selection() -> None:
    card = card_of(*TWICE)
    others: list[list[Scalar]] = [
        ["leads", "All", "2026-02", 1], ["leads", "Email", "2026-Q1", 2], ["cpl", "Email", "2026-02", 3],
        ["nonsense", "Email", "2026-02", 4], [None, None, None, None], ["leads", "Email", "2026-02", None],
    ]  # fmt: skip
    assert [card("leads", "Email", "2026-02", *others)[key] for key in ("target", "attained", "status")] == ["", "", ""]
    twice: list[Scalar] = ["leads", "Email", "2026-02", 5]
    assert card("leads", "Email", "2026-02", twice, twice)["target"] == ""


def test_where_numbers_come_from() -> None:
    functions = Functions(FUNCTIONS.catalogue)
    imports: Grid = [
        ["Source", "File", "Measure", "From", "To"],
        ["Google Ads", "ads.csv", "Marketing spend", "2026-01-01", "2026-02-28"],
    ]
    token = functions.call("DATASET", [*tables("ja", *TWICE), imports])
    result = as_grid(functions.call("SCORECARD", ["cpl", "Email", "2026-02", token]))[0]
    assert dict(zip(COLUMNS, result, strict=True))["source"] == "Google Ads, 手入力"


def test_blank_names_are_blank_rows_and_words_we_do_not_know_are_errors() -> None:
    card = card_of(*TWICE, language="ko")
    assert set(card(None).values()) == {""}
    assert set(card("nonsense").values()) == {VALUE}
    assert set(card("leads", "Nowhere").values()) == {VALUE}
    assert set(card("leads", None).values()) == {NA}
    assert card("leads")["signal"] == "개선"


def test_a_column_of_names_spills_rows() -> None:
    functions = Functions(FUNCTIONS.catalogue)
    token = functions.call("DATASET", tables("en", *TWICE))
    result = as_grid(functions.call("SCORECARD", [[["leads"], [None], ["cpl"]], "Email", "2026-02", token]))
    assert [row[0] for row in result] == [200, "", 5]


def test_a_channel_names_the_sources_that_have_it() -> None:
    functions = Functions(FUNCTIONS.catalogue)
    token = functions.call("DATASET", [
        [["Month", "Channel", "Marketing spend"], ["2026-01", "Paid ads", 5], ["2026-01", "Signs", 3], ["2026-01", "Email", 1]],
        [["Source", "File", "Measure", "From", "To", "Rows", "Rows' total", "File's total", "Channels"],
         ["Google Ads", "a.csv", "spend", "2026-01", "2026-01", 1, 5, 5, "Paid ads"],
         ["Our table", "b.csv", "spend", "2026-01", "2026-01", 1, 3, 3, "Signs; Paid ads"]],
    ])  # fmt: skip
    result = [
        functions.call("SCORECARD", ["spend", channel, "2026-01", token, None])
        for channel in ("All", "Paid ads", "Signs", "Email")
    ]
    assert [as_grid(row)[0][-1] for row in result] == [
        "Google Ads, Our table",
        "Google Ads, Our table",
        "Our table",
        "typed",
    ]
