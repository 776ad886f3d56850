"""Which months count, and how the inputs are made from them; the expected numbers are worked out by hand."""

from __future__ import annotations

import pytest

from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import months_text
from xl_lifecycle.core.cells.periods import parse_period
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.dataset.dataset import Dataset, build
from xl_lifecycle.core.dataset.evaluate import Evaluation, apply, evaluate
from xl_lifecycle.core.language.vocabulary import Basis

CATALOGUE = collect()
HEAD = ["Month", "Channel", "Campaign"]
ITEMS = ["Month", "Kind", "Item", "Channel", "Measure", "Value"]
IMPORTS = ["Source", "File", "Measure", "From", "To"]


def months(labels: list[str], *rows: list[Scalar], channel: str = "Email") -> Grid:
    """A table of one channel, with a row per month from January 2026 on."""
    return [[*HEAD, *labels], *([f"2026-{m:02d}", channel, None, *cells] for m, cells in enumerate(rows, 1))]


def make(*grids: Grid) -> Dataset:
    return build(grids, CATALOGUE)


def run(dataset: Dataset, name: str, period: object, channel: str = "All") -> Evaluation:
    return evaluate(dataset, CATALOGUE.find(name), channel, parse_period(period, dataset.settings.fiscal))


def value(dataset: Dataset, name: str, period: object, channel: str = "All") -> float | ExcelError | None:
    result = run(dataset, name, period, channel)
    return result.refusal.error if result.refusal else result.value


def used(result: Evaluation) -> str:
    return months_text(result.months)


# Ratios


def test_a_ratio_of_a_selection_is_a_ratio_of_sums() -> None:
    dataset = make(
        months(["Marketing spend"], [100], [1000]),
        months(["Marketing spend"], [300], [0], channel="Signs"),
        months(["Leads"], [10], [20]),
        months(["Leads"], [70], [0], channel="Signs"),
    )
    assert value(dataset, "cpl", "2026-01", "Email") == 10
    assert value(dataset, "cpl", "2026-02", "Email") == 50
    assert value(dataset, "cpl", "2026-01:2026-02", "Email") == pytest.approx(1100 / 30)  # not 30, the mean of both
    assert value(dataset, "cpl", "2026-01") == 5  # not the mean of 10 and 4.29
    assert value(dataset, "cpl", "2026-01:2026-02") == 14


def test_a_denominator_of_zero_is_div0_with_the_input_named() -> None:
    dataset = make(months(["Marketing spend", "Leads"], [100, 0], [100, 5]))
    result = run(dataset, "cpl", "2026-01")
    assert result.refusal is not None
    assert (result.refusal.error, result.value) == (ExcelError.DIV0, None)
    assert "leads is 0" in result.refusal.reason
    assert value(dataset, "cpl", "2026-01:2026-02") == 40


def test_visitors_as_a_denominator_are_visitor_months() -> None:
    dataset = make(months(["Visitors"], [100], [300]), months(["Leads"], [10], [10]))
    result = run(dataset, "conversion_rate", "2026-01:2026-02")
    assert result.value == 20 / 400
    assert "twice" in result.inputs["visitors", Basis.PERIOD].how


# Months used and dropped


GAPS = make(months(["Marketing spend", "Leads"], [100, 10], [900, None], [300, 10], [None, 50]))


def test_only_months_in_which_all_inputs_are_covered_count() -> None:
    result = run(GAPS, "cpl", "2026-01:2026-05")
    assert result.value == 20  # (100 + 300) / 20, the 900 of February left out with its leads
    assert used(result) == "2026-01, 2026-03"
    assert result.dropped == {
        2026 * 12 + 1: ["Leads"], 2026 * 12 + 3: ["Marketing spend"], 2026 * 12 + 4: ["Marketing spend", "Leads"],
    }  # fmt: skip


def test_a_measure_alone_uses_its_own_months() -> None:
    assert value(GAPS, "spend", "2026-01:2026-05") == 1300
    assert used(run(GAPS, "spend", "2026-01:2026-05")) == "2026-01 to 2026-03"


def test_no_month_left_is_na_and_says_what_is_recorded_when() -> None:
    result = run(GAPS, "cpl", "2026-02")
    assert result.refusal is not None
    assert result.refusal.error is ExcelError.NA
    assert "Leads is recorded for 2026-01, 2026-03 to 2026-04" in result.refusal.reason
    assert list(result.dropped) == [2026 * 12 + 1]


# Relative periods


FEBRUARY_IN_PART = make(
    months(["Leads"], [1], [2], [4]),
    months(["Marketing spend"], [10], [20], [40], [80]),
    [IMPORTS, ["CRM", "a.csv", "Leads", "2026-01-01", "2026-03-15"]],
)


@pytest.mark.parametrize(
    ("name", "period", "months_used"),
    [
        ("leads", "last 1 month", "2026-02"),
        ("leads", "last 2 months", "2026-01 to 2026-02"),
        ("leads", "YTD", "2026-01 to 2026-02"),
        ("leads", "all", "2026-01 to 2026-02"),
        ("leads", "2026-03", "2026-03"),
        ("leads", "2026-Q1", "2026-01 to 2026-03"),
        ("spend", "last 1 month", "2026-04"),
        ("spend", "all", "2026-01 to 2026-04"),
        ("cpl", "last 1 month", "2026-02"),
        ("cpl", "all", "2026-01 to 2026-02"),
        ("cpl", "2026", "2026-01 to 2026-03"),
    ],
)
def test_relative_periods_end_at_the_last_complete_covered_month(name: str, period: str, months_used: str) -> None:
    assert used(run(FEBRUARY_IN_PART, name, period)) == months_used


def test_last_months_reach_back_over_months_not_recorded_and_say_so() -> None:
    result = run(GAPS, "cpl", "last 3 months")
    assert used(result) == "2026-01, 2026-03"
    assert list(result.dropped) == [2026 * 12 + 1]


def test_a_relative_period_over_nothing_is_na() -> None:
    assert value(make(months(["Leads"], [None])), "leads", "all") is ExcelError.NA
    partly = make(months(["Leads"], [1]), [IMPORTS, ["CRM", "a", "Leads", "2026-01-05", "2026-01-31"]])
    assert value(partly, "leads", "last 1 month") is ExcelError.NA
    assert value(partly, "leads", "2026-01") == 1


def test_fiscal_years_are_those_of_settings() -> None:
    rows = [[10 ** (m % 6)] for m in range(6)]
    dataset = make(months(["Leads"], *rows), [["Setting", "Value"], ["Fiscal year starts in month", 4]])
    assert value(dataset, "leads", "FY2026-Q4") == 111
    assert value(dataset, "leads", "FY2027-Q1") == 111000
    assert value(dataset, "leads", "FYTD") == 111000


def test_a_fiscal_year_of_which_the_start_cannot_be_read_is_no_number() -> None:
    dataset = make(months(["Leads"], [1], [2], [4]), [["Setting", "Value"], ["Fiscal year starts in month", "April"]])
    with pytest.raises(Refusal, match="April"):
        value(dataset, "leads", "FY2026-Q1")


# Customers


CUSTOMERS = ["Customers at start", "Customers at end", "New customers"]
STEADY = make(months(CUSTOMERS, [100, 105, 15], [105, 110, 20], [110, 90, 5]))


def test_retention_is_of_those_at_the_start_of_the_period() -> None:
    assert value(STEADY, "retention", "2026-01") == 0.9
    assert value(STEADY, "retention", "2026-02") == pytest.approx(90 / 105)
    assert value(STEADY, "retention", "2026-Q1") == 0.5  # (90 - 40) / 100
    assert value(STEADY, "churn", "2026-Q1") == 0.5


def test_retention_over_a_gap_is_na() -> None:
    dataset = make(months(CUSTOMERS, [100, 105, 15], [105, 110, None], [110, 90, 5]))
    result = run(dataset, "retention", "2026-Q1")
    assert result.refusal is not None
    assert result.refusal.error is ExcelError.NA
    assert "gap" in result.refusal.reason
    assert value(dataset, "retention", "2026-01") == 0.9
    assert value(dataset, "retention", "2026-02") is ExcelError.NA


def test_retention_of_months_dropped_at_an_end_is_of_those_left_and_says_so() -> None:
    dataset = make(months(CUSTOMERS, [100, 105, 15], [105, 110, 20], [110, 90, None]))
    result = run(dataset, "retention", "2026-Q1")
    assert (result.value, used(result)) == (0.75, "2026-01 to 2026-02")
    assert len(result.dropped) == 1


LIFETIME = make(
    # start, end, new: lost 5, then 15; revenue 1,000 then 1,100; margin on 200 then 600 of sales
    months(CUSTOMERS, [50, 55, 10], [55, 45, 5]),
    months(["New sales revenue", "Revenue from existing customers"], [100, 900], [200, 900]),
    months(["Sales revenue", "Direct cost of sales"], [200, 80], [600, 120]),
    months(["Marketing spend"], [450], [600]),
)


def test_lifetime_value_is_monthly_revenue_per_customer_times_margin_over_monthly_churn() -> None:
    # 2,100 / (55 + 45) = 21 a month; (800 - 200) / 800 = 0.75; 20 lost of 50 + 55 a month; 21 * 0.75 * 105 / 20
    assert value(LIFETIME, "ltv", "2026-01:2026-02") == pytest.approx(82.6875)
    # January: 1,000 / 55 * 0.6 / (5 / 50)
    assert value(LIFETIME, "ltv", "2026-01") == pytest.approx(1000 / 55 * 0.6 / 0.1)


def test_lifetime_values_parts_are_of_the_period_when_they_stand_alone() -> None:
    assert value(LIFETIME, "churn", "2026-01:2026-02") == 0.4  # 20 of the 50 there were
    assert value(LIFETIME, "revenue_per_customer", "2026-01:2026-02") == 2100 / 45
    assert value(LIFETIME, "gross_margin", "2026-01:2026-02") == 0.75


def test_lifetime_value_keeps_its_months_inside_another_metric() -> None:
    assert value(LIFETIME, "cac", "2026-01:2026-02") == 70  # 1,050 / 15
    assert value(LIFETIME, "ltv_to_cac", "2026-01:2026-02") == pytest.approx(82.6875 / 70)


def test_without_churn_there_is_no_lifetime_and_below_none_no_number() -> None:
    money = (
        months(["New sales revenue", "Revenue from existing customers"], [100, 900]),
        months(["Sales revenue", "Direct cost of sales"], [200, 80]),
    )
    stable, growing = make(months(CUSTOMERS, [50, 60, 10]), *money), make(months(CUSTOMERS, [50, 70, 10]), *money)
    assert value(stable, "ltv", "2026-01") is ExcelError.DIV0
    assert "churn is 0" in str(run(stable, "ltv", "2026-01").refusal)
    assert value(growing, "ltv", "2026-01") is ExcelError.NUM
    assert value(stable, "ltv_to_cac", "2026-01") is ExcelError.NA, "spend is not recorded at all"


def test_coverage_is_of_all_that_is_nested_below() -> None:
    dataset = make(
        months(["Sales revenue", "Sales"], [100, 1], [200, 2], [400, 4]),
        months(["Direct cost of sales"], [50], [50]),
    )
    result = run(dataset, "gross_profit_per_sale", "2026-Q1")
    assert (result.value, used(result)) == (200 / 3, "2026-01 to 2026-02")
    assert value(dataset, "revenue_per_sale", "2026-Q1") == 100, "which needs no direct cost, has all three months"


def test_monthly_stocks_are_added_up_month_by_month() -> None:
    dataset = make(months(["Followers", "Likes", "Comments", "Shares"], [100, 3, 1, 1], [300, 10, 3, 2]))
    assert value(dataset, "follower_engagement", "2026-01:2026-02") == 20 / 400
    assert value(dataset, "followers", "2026-01:2026-02") == 300


# Ranks


def ranks(*rows: tuple[str, str, float]) -> Dataset:
    return make([ITEMS, *([month, "keyword", "crm", None, measure, number] for month, measure, number in rows)])


def test_a_rank_over_months_is_weighted_by_its_impressions() -> None:
    dataset = ranks(
        ("2026-01", "Rank", 2), ("2026-01", "Impressions", 100), ("2026-02", "Rank", 8), ("2026-02", "Impressions", 300)
    )  # fmt: skip
    assert value(dataset, "keyword:crm", "2026-01") == 2
    assert value(dataset, "keyword:crm", "2026-01:2026-02") == 6.5


@pytest.mark.parametrize(
    "weights",
    [
        (),
        (("2026-01", "Impressions", 100),),
        (("2026-01", "Impressions", 0), ("2026-02", "Impressions", 0)),
    ],
    ids=["none", "of one month", "zero"],
)
def test_a_rank_over_months_without_its_weights_is_na(weights: tuple[tuple[str, str, float], ...]) -> None:
    dataset = ranks(("2026-01", "Rank", 2), ("2026-02", "Rank", 8), *weights)
    result = run(dataset, "keyword:crm", "2026-01:2026-02")
    assert result.refusal is not None
    assert result.refusal.error is ExcelError.NA
    assert "Impressions" in result.refusal.reason


# Arithmetic without an answer


@pytest.mark.parametrize(
    ("name", "numbers", "error"),
    [
        ("cac", [1000, 0], ExcelError.DIV0),
        ("cac", [0, 0], ExcelError.DIV0),
        ("ltv", [40, 0.75, 0], ExcelError.DIV0),
        ("ltv", [40, 0.75, -0.1], ExcelError.NUM),
        ("cac", [1e308, 1e-308], ExcelError.NUM),
        ("cpm", [1e308, 1], ExcelError.NUM),
        ("nurture_lift", [5, 1, 0, 5], ExcelError.DIV0),
        ("referral_multiple", [5, 1, 1e-300, 1e300], ExcelError.DIV0),
    ],
)
def test_no_answer_is_an_error_with_a_reason(name: str, numbers: list[float], error: ExcelError) -> None:
    with pytest.raises(Refusal) as refusal:
        apply(CATALOGUE.metrics[name], numbers)
    assert refusal.value.error is error
    assert refusal.value.reason


def test_the_numerator_is_not_blamed_for_a_division_by_zero() -> None:
    with pytest.raises(Refusal) as refusal:
        apply(CATALOGUE.metrics["cac"], [0, 0])
    assert "spend" not in refusal.value.reason


def test_nothing_is_rounded() -> None:
    assert apply(CATALOGUE.metrics["cac"], [1000, 30]) == 1000 / 30
