"""WHAT_IF: a row for each step to a customer, with the rate that it can reach and what that would bring."""

from __future__ import annotations

import pytest

from tests.support.answer_books import FUNNEL, asked
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar

NA, NUM, VALUE = ExcelError.NA, ExcelError.NUM, ExcelError.VALUE
BETTER_MQLS = FUNNEL | {"mqls": [60] * 9 + [90] * 3}
AS_IS, LEADS, MQLS, SQLS, OPPORTUNITIES, CUSTOMERS, EACH, COST = range(8)


def column(rows: list[list[Scalar]], at: int) -> list[Scalar]:
    return [row[at] for row in rows]


def test_the_first_row_is_what_is() -> None:
    rows = asked({"Email": FUNNEL}, 12).what_if(period=2026)
    assert rows[AS_IS] == ["As it is", "", "", "2026-01 to 2026-12", 300, 0, 150000, 40, ""]
    assert column(rows, 0)[1:] == [
        "Visitors → Leads", "Leads → MQLs", "MQLs → SQLs", "SQLs → Opportunities", "Opportunities → New customers",
        "Revenue per new customer", "Spend per visitor",
    ]  # fmt: skip
    assert column(rows, 1)[1:] == pytest.approx([0.05, 0.6, 40 / 60, 0.75, 25 / 30, 500, 0.5])


def test_a_rate_that_three_months_have_reached_is_tried() -> None:
    rows = asked({"Email": BETTER_MQLS}, 12).what_if(period=2026)
    now, best = 810 / 1200, 0.9
    row = rows[MQLS]
    assert row[:4] == ["Leads → MQLs", pytest.approx(now), pytest.approx(best), "its best 3 months, 2026-10 to 2026-12"]
    more = best / now
    assert row[4:8] == pytest.approx([300 * more, 300 * (more - 1), 150000 * more, 40 / more])
    assert column(rows, 8) == ["", "", "helps most", "", "", "", "", ""]
    assert rows[LEADS][2:] == ["", "at its best now", "", "", "", "", ""]


def test_better_months_that_chance_explains_are_said_to_be() -> None:
    rows = asked({"Email": FUNNEL | {"mqls": [60] * 9 + [66] * 3}}, 12).what_if(period=2026)
    assert rows[MQLS][3] == "its best 3 months, 2026-10 to 2026-12, may be chance"


def test_months_too_few_or_too_old_are_not_what_can_be_reached() -> None:
    few = {name: [value / 20] * 12 for name, value in FUNNEL.items() if isinstance(value, (int, float))}
    rows = asked({"Email": few | {"mqls": [1.0] * 11 + [3.0]}}, 12).what_if(period=2026)
    assert rows[MQLS][2:4] == [NA, "too few to tell"]
    old = asked({"Email": FUNNEL | {"mqls": [90] * 3 + [60] * 12}}, 15).what_if(period="2026-04:2027-03")
    assert old[MQLS][3] == "at its best now"


def test_a_target_is_tried_where_no_months_were_better() -> None:
    targets = [
        ["conversion_rate", "All", 2026, 0.08],
        ["mql_rate", "All", 2026, 0.5],
        ["COST_PER_VISITOR", "All", 2026, 0.4],
    ]
    rows = asked({"Email": FUNNEL}, 12, targets=targets).what_if(period=2026)
    assert rows[LEADS][2:5] == [0.08, "its target", pytest.approx(480)]
    assert rows[MQLS][3] == "at its best now", "a target below is none to reach"
    assert rows[COST][2:8] == [
        0.4,
        "its target",
        pytest.approx(375),
        pytest.approx(75),
        pytest.approx(187500),
        pytest.approx(32),
    ]


def test_rates_that_look_the_same_are_told_with_more_digits() -> None:
    targets = [["conversion_rate", "All", 2026, 0.0504]]
    near = asked({"Email": FUNNEL | {"leads": 996, "visitors": 20000}}, 12, targets=targets)
    assert "from 4.98% to 5.04% (its target)" in near.answer("X02.4", period=2026)


def test_more_revenue_from_each_brings_no_customer_and_leaves_cac() -> None:
    rows = asked({"Email": FUNNEL | {"new_revenue": [12500] * 9 + [25000] * 3}}, 12).what_if(period=2026)
    assert rows[EACH][2] == 1000
    assert rows[EACH][4:8] == pytest.approx([300, 0, 300000, 40])


@pytest.mark.parametrize(
    ("rate", "rate_used", "customers"),
    [
        (0.1, 0.1, 600),
        (0, NUM, NUM),
        (-1, NUM, NUM),
        ("many", VALUE, VALUE),
        (ExcelError.REF, ExcelError.REF, ExcelError.REF),
    ],
)
def test_a_rate_of_one_s_own_is_tried_instead(rate: Scalar, rate_used: Scalar, customers: Scalar) -> None:
    rates = [[None], [rate]]
    rows = asked({"Email": FUNNEL}, 12).what_if(period=2026, rates=rates)
    assert rows[LEADS][2:5] == [rate_used, "your own", customers]
    assert rows[MQLS][3] == "at its best now"


def test_a_step_that_is_not_recorded_is_folded_into_the_next() -> None:
    without = {name: value for name, value in FUNNEL.items() if name not in ("mqls", "sqls", "visitors")}
    rows = asked({"Email": without}, 12).what_if(period=2026)
    assert column(rows, 0)[1:6] == [
        "Sessions → Leads", "Leads → MQLs", "Leads → SQLs", "Leads → Opportunities", "Opportunities → New customers",
    ]  # fmt: skip
    assert rows[MQLS][1:] == [NA, NA, "not recorded", NA, NA, NA, NA, ""]
    assert rows[OPPORTUNITIES][1] == pytest.approx(0.3)
    product = 1.0
    for at in (LEADS, OPPORTUNITIES, CUSTOMERS):
        product *= float(rows[at][1])  # type: ignore[arg-type]
    assert product * 3000 * 12 == pytest.approx(300)


def test_only_months_in_which_all_is_recorded_count() -> None:
    late = FUNNEL | {"new_customers": [25] * 10 + [None] * 2}
    rows = asked({"Email": late}, 12).what_if(period=2026)
    assert rows[AS_IS][3:5] == ["2026-01 to 2026-10", 250]
    assert asked({"Email": late}, 12).what_if(period="last 3 months")[AS_IS][3] == "2026-08 to 2026-10"


def test_spend_that_is_not_recorded_leaves_cac_unknown() -> None:
    free = {name: value for name, value in FUNNEL.items() if name != "spend"}
    rows = asked({"Email": free}, 12).what_if(period=2026)
    assert rows[AS_IS][7] is NA
    assert rows[COST][1] is NA
