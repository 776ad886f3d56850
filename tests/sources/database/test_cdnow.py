"""CDNOW's real orders, as they are, into a workbook; every figure against pandas."""

from __future__ import annotations

import pandas
import pytest

from tests.support.paths import SHARED
from xl_lifecycle.commands.cli import main
from xl_lifecycle.content.content import empty
from xl_lifecycle.core.cells.months import parse_month
from xl_lifecycle.core.cells.periods import FiscalYear
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.hosts.save import save

ORDERS = SHARED / "data" / "cdnow_orders.txt"
MONTHS = pandas.period_range("1997-01", "1998-06", freq="M")


@pytest.fixture(scope="module")
def calc(tmp_path_factory: pytest.TempPathFactory):
    """A refreshed workbook's figure for the company in a month: calc("RETENTION", "1997-05")."""
    path = tmp_path_factory.mktemp("cdnow") / "cdnow.xlsx"
    months = range(parse_month("1997-01"), parse_month("1998-06") + 1)
    save(empty(["Email"], months, Settings("all", "USD", "en", FiscalYear(1, False))), path, FUNCTIONS.catalogue)
    assert main(["refresh", str(path), str(ORDERS)]) == 0
    calc = Calc(Functions(FUNCTIONS.catalogue), path)
    return lambda figure, month: calc.evaluate(f'=KPI("{figure}", "All", "{month}", Data)')


@pytest.fixture(scope="module")
def expected() -> pandas.DataFrame:
    """What pandas makes of the same file."""
    orders = pandas.read_csv(ORDERS, sep=r"\s+", skiprows=1, names=["customer", "date", "cds", "amount"])
    orders["month"] = pandas.to_datetime(orders["date"].astype(str), format="%Y%m%d").dt.to_period("M")
    first = orders.groupby("customer")["month"].min()
    monthly = orders.groupby("month")
    result = pandas.DataFrame({"sales": monthly.size(), "sales_revenue": monthly["amount"].sum().round(2)})
    grid = pandas.crosstab(orders["customer"], orders["month"]).reindex(columns=MONTHS, fill_value=0) > 0
    for n, month in enumerate(MONTHS):
        end = grid[MONTHS[max(0, n - 11) : n + 1]].any(axis=1)
        start = grid[MONTHS[max(0, n - 12) : n]].any(axis=1) if n else end & False
        bought = grid[month]
        result.loc[month, "customers_end"], result.loc[month, "customers_start"] = end.sum(), start.sum()
        result.loc[month, "new_customers"] = (end & ~start).sum()
        result.loc[month, "buying_customers"] = bought.sum()
        result.loc[month, "repeat_customers"] = (bought & (first.reindex(grid.index) < month)).sum()
        result.loc[month, "retention"] = (end & start).sum() / start.sum() if start.sum() else float("nan")
    result["repeat_customer_rate"] = result["repeat_customers"] / result["buying_customers"]
    result["revenue"] = result["sales_revenue"]
    return result


def test_the_file_is_the_real_one(expected) -> None:
    assert expected["sales"].sum() == 69_659
    assert expected["new_customers"][:12].sum() == 23_570  # different customers, none of whom could lapse within a year


@pytest.mark.parametrize(
    "figure",
    ["sales", "sales_revenue", "revenue", "buying_customers", "repeat_customers", "repeat_customer_rate",
     "new_customers", "customers_start", "customers_end"],
)  # fmt: skip
def test_each_month_is_what_pandas_counts(calc, expected, figure: str) -> None:
    assert [calc(figure, month) for month in MONTHS] == pytest.approx(list(expected[figure]), rel=1e-12)


def test_retention_is_the_share_of_the_customers_who_stayed(calc, expected) -> None:
    assert str(calc("retention", "1997-01")) == "#DIV/0!"  # there were no customers yet
    result = [calc("retention", month) for month in MONTHS[1:]]
    assert result == pytest.approx(list(expected["retention"][1:]), rel=1e-12)
    assert max(result) == 1
    assert min(result) < 0.7  # of the 12 months without a purchase
