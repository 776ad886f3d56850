"""The public Python API answers what the console and the workbook answer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import xl_lifecycle as xl
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc


@pytest.fixture(scope="module")
def book(demo_book: Path) -> xl.Book:
    return xl.open(demo_book)


def test_the_public_names_are_there() -> None:
    from xl_lifecycle.commands import book

    assert sorted(xl.__all__) == sorted(book.__all__)
    assert all(getattr(xl, name) is getattr(book, name) for name in xl.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        xl.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_every_metric_is_what_calc_says(book: xl.Book, demo_book: Path) -> None:
    calc = Calc(Functions(FUNCTIONS.catalogue), demo_book)
    numbers = 0
    for name in FUNCTIONS.catalogue.metrics:
        for channel, period in (("All", "2026-Q1"), ("Paid ads", "2026-Q1"), ("Email", "2026-05")):
            expected = calc.evaluate(f'={name.upper()}("{channel}","{period}",Data)')
            if isinstance(expected, ExcelError):
                with pytest.raises(xl.FigureError) as refused:
                    getattr(book, name)(channel, period)
                assert refused.value.error == str(expected)
                assert refused.value.reason
            else:
                assert getattr(book, name)(channel, period) == expected
                numbers += 1
    assert numbers > 60


def test_a_metric_is_a_documented_method(book: xl.Book) -> None:
    assert {"cac", "cost_per_lead", "kpi"} <= set(dir(book))
    assert "currency" in (book.cac.__doc__ or "")
    assert book.cac() == book.kpi("cac", "All", "2026-Q3")
    with pytest.raises(AttributeError, match="retention"):
        book.retenton  # noqa: B018


def test_the_frames(book: xl.Book) -> None:
    pandas = pytest.importorskip("pandas")
    grid = book.grid(["cac", "nps"], ["All", "Paid ads"], ["2026-Q1", "2026-Q2"])
    assert grid.loc[("Paid ads", "2026-Q1"), "cac"] == book.cac("Paid ads", "2026-Q1")
    assert pandas.isna(grid.loc[("Paid ads", "2026-Q1"), "nps"])
    facts = book.facts()
    assert list(facts.columns) == ["month", "channel", "campaign", "measure", "value"]
    spend = facts[(facts["measure"] == "spend") & (facts["month"] == "2026-05-01")]
    assert spend["value"].sum() == pytest.approx(book.kpi("spend", "All", "2026-05"))
    assert not book.table("Costs").empty
    with pytest.raises(xl.BookError, match="Costs"):
        book.table("Cost")


def test_a_refresh_is_answered_from(small_book: Path, tmp_path: Path) -> None:
    book, file = xl.open(small_book), tmp_path / "typed.csv"
    file.write_text("month,channel,spend\n2026-01,Email,130\n2026-04,Email,60.25\n", "utf-8")
    before = book.kpi("spend", "Email", "2026-01")
    assert book.refresh([file], dry_run=True).added
    assert book.kpi("spend", "Email", "2026-01") == before
    book.refresh([file])
    assert book.kpi("spend", "Email", "2026-01") == 130
    file.write_text("nonsense\n", "utf-8")
    with pytest.raises(xl.SourceError):
        book.refresh([file])


def test_without_pandas_it_is_said_what_to_install(demo_book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = xl.open(demo_book)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"DataFrames need pandas: pip install"):
        book.facts()
    assert book.cac("Paid ads", "2026-Q1") > 0
