"""Published figures, from each way of calling the functions."""

from __future__ import annotations

import pytest

from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.functions import FUNCTIONS, Functions

EXACT, CENTS = 0.0, 0.005

PUBLISHED: list[tuple[str, str, list[float], float, float]] = [
    # FANNIT: $1,000 brings 100 leads and 30 customers who buy for $500 each
    ("FANNIT, cost per lead", "CPL", [1000, 100], 10, EXACT),
    ("FANNIT, cost per customer", "CAC", [1000, 30], 33.33, CENTS),
    ("FANNIT, revenue", "TOTAL_SALES_REVENUE", [500, 30], 15000, EXACT),
    ("FANNIT, revenue per sale", "REVENUE_PER_SALE", [15000, 30], 500, EXACT),
    ("FANNIT, 10 leads of 100 visitors", "CONVERSION_RATE", [10, 100], 0.10, EXACT),
    ("FANNIT, 30 customers of 100 leads", "CUSTOMER_CONVERSION_RATE", [30, 100], 0.30, EXACT),
    ("FANNIT, (15,000 - 1,000) / 1,000", "ROI", [15000, 1000], 14, EXACT),
    ("FANNIT, direct mail at its least", "MAIL_RESPONSE_RATE", [5, 1000], 0.005, EXACT),
    ("FANNIT, direct mail at its best", "MAIL_RESPONSE_RATE", [15, 1000], 0.015, EXACT),
    # Lifetime value, the simple form
    ("ChartMogul, 100 / 5%", "LTV", [100, 1, 0.05], 2000, 1e-9),
    ("datarekha, 40 x 0.75 / 0.04", "LTV", [40, 0.75, 0.04], 750, 1e-9),
    # Mailchimp's export: 108 delivered, 30 opens printed as 27.78%, 7 clicks as 6.48%
    ("Mailchimp, 30 of 108", "OPEN_RATE", [30, 108], 0.2778, 0.00005),
    ("Mailchimp, 7 of 108", "CLICK_RATE", [7, 108], 0.0648, 0.00005),
    # The standard (E - N) / S, where 19 KPIs prints new less new
    ("HubSpot, (E - N) / S", "RETENTION", [100, 105, 15], 0.9, EXACT),
    ("HubSpot, 1 less retention", "CHURN", [100, 105, 15], 0.1, 1e-12),
    ("Reichheld, 30% less 20%", "NPS", [30, 20, 100], 10, EXACT),
    ("Act-On quoting Annuitas, 47% larger purchases", "NURTURE_LIFT", [1470, 10, 1000, 10], 0.47, 1e-12),
    ("Act-On quoting CSO Insights, 26%", "NO_DECISION_RATE", [26, 100], 0.26, EXACT),
    ("Act-On quoting InsideSales, 4 times a web lead", "REFERRAL_MULTIPLE", [400, 1, 100, 1], 4, EXACT),
]


@pytest.mark.parametrize(("source", "name", "numbers", "printed", "within"), PUBLISHED, ids=[p[0] for p in PUBLISHED])
def test_from_numbers_of_ones_own(source: str, name: str, numbers: list[Scalar], printed: float, within: float) -> None:
    answer = FUNCTIONS.call(name, numbers)
    assert isinstance(answer, float)
    assert answer == printed if within == EXACT else abs(answer - printed) <= within


CATALOGUE = FUNCTIONS.catalogue
OF_MEASURES = [p for p in PUBLISHED if set(CATALOGUE.metrics[p[1].lower()].inputs) <= set(CATALOGUE.measures)]


@pytest.mark.parametrize(
    ("source", "name", "numbers", "printed", "within"), OF_MEASURES, ids=[p[0] for p in OF_MEASURES]
)
def test_from_a_workbooks_tables(source: str, name: str, numbers: list[Scalar], printed: float, within: float) -> None:
    """The same figures put into the tables as one month; metrics of metrics are in the worked example below."""
    functions = Functions(CATALOGUE)
    labels = [CATALOGUE.measures[word].title for word in CATALOGUE.metrics[name.lower()].inputs]
    token = functions.call("DATASET", [[["Month", "Channel", *labels], ["2026-01", "Email", *numbers]]])
    for channel in ("Email", "All"):
        answer = functions.call(name, [channel, "2026-01", token])
        assert isinstance(answer, float)
        assert answer == printed if within == EXACT else abs(answer - printed) <= within


def test_fannits_worked_example_as_a_channels_year() -> None:
    """The example spread over two months and two campaigns: the company's figures do not change."""
    functions = Functions(FUNCTIONS.catalogue)
    head = ["Month", "Channel", "Campaign"]
    token = functions.call(
        "DATASET",
        [
            [[*head, "Marketing spend"], ["2026-01", "Paid ads", "A", 400], ["2026-02", "Paid ads", "B", 600]],
            [[*head, "Visitors"], ["2026-01", "Paid ads", "A", 300], ["2026-02", "Paid ads", "B", 700]],
            [[*head, "Leads"], ["2026-01", "Paid ads", "A", 70], ["2026-02", "Paid ads", "B", 30]],
            [
                [*head, "New customers", "Sales", "Sales revenue", "Direct cost of sales"],
                ["2026-01", "Paid ads", "A", 10, 10, 4000, 0],
                ["2026-02", "Paid ads", "B", 20, 20, 11000, 0],
            ],
        ],
    )
    place = ["Paid ads", "2026", token]
    assert functions.call("CPL", place) == 10
    assert functions.call("CAC", place) == pytest.approx(33.33, abs=CENTS)
    assert functions.call("CONVERSION_RATE", place) == 0.1
    assert functions.call("REVENUE_PER_SALE", place) == 500
    assert functions.call("TOTAL_SALES_REVENUE", place) == 15000
    assert functions.call("ROI", place) == 14
    assert functions.call("ROAS", place) == 15
