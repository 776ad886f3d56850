"""The public Python API: a workbook's figures, tables and refresh from Python.

`import xl_lifecycle as xl` gives these names. Only the calls that return a DataFrame load pandas.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xl_lifecycle.commands.new_workbook import write_new_workbook
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.catalogue.catalogue import Metric, nearest
from xl_lifecycle.core.cells.errors import BookError, ExcelError, FigureError, LifecycleError, SourceError
from xl_lifecycle.core.cells.months import first_day, parse_month
from xl_lifecycle.core.cells.values import Scalar, Value, as_grid
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.vocabulary import ALL
from xl_lifecycle.core.metric_functions import Caller
from xl_lifecycle.refresh.merge import Report
from xl_lifecycle.xlsx.saved_book import SavedBook

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Book", "BookError", "FigureError", "LifecycleError", "Report", "SourceError", "new", "open"]


class Book:
    """A workbook. Every metric is a method: `book.cac("Paid ads", "2026-Q1")`; `dir(book)` lists them.

    A figure is a float in the metric's own unit, which the method's documentation names; a percentage of 12.5 % is
    0.125. FigureError is raised where the workbook would show an error.
    """

    def __init__(self, path: Path | str) -> None:
        """Read a workbook. Raises BookError if it cannot be read or is not one of ours."""
        self.path = Path(path)
        self._read()

    def _read(self) -> None:
        self._open: SavedBook = SavedBook(self.path)
        self._tables = self._open.dataset_tables(FUNCTIONS.catalogue)
        self._dataset = Dataset(self._tables)
        self._functions = Functions(FUNCTIONS.catalogue)
        self._functions.default = self._functions.add(self._dataset)

    def __repr__(self) -> str:
        return f"xl_lifecycle.open({str(self.path)!r})"

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._methods()})

    def __getattr__(self, name: str) -> Callable[..., float]:
        if name.startswith("_"):
            raise AttributeError(name)
        methods = self._methods()
        if name not in methods:
            raise AttributeError(f'a workbook has no "{name}"{nearest(name, methods)}')
        return self._method(name, methods[name])

    def _methods(self) -> dict[str, Metric]:
        metrics = FUNCTIONS.catalogue.metrics.values()
        return {word.lower(): metric for metric in metrics for word in (metric.name, *metric.aliases)}

    def _method(self, name: str, metric: Metric) -> Callable[..., float]:
        def figure(channel: str | None = None, period: str | int | dt.date | None = None) -> float:
            return self.kpi(metric.name, channel, period)

        figure.__name__ = figure.__qualname__ = name
        figure.__doc__ = f"{metric.definition}\n\nFormula: {metric.formula}. Unit: {metric.unit.value}."
        return figure

    def kpi(self, name: str, channel: str | None = None, period: str | int | dt.date | None = None) -> float:
        """The value of a metric, measure ("spend") or item ("keyword:crm software").

        channel: a channel, "Paid ads/Brand" or "All", which is the whole company. Default: "All".
        period: "2026-05", "2026-Q1", 2026, "YTD", a date (its month). Default: the period of Settings.
        Raises FigureError if there is no value: what is unknown is never 0.
        """
        value = self._value("KPI", [name, *self._place(channel, period)])
        if not isinstance(value, (int, float)):
            raise FigureError(str(value), "this is not a number")
        return float(value)

    def explain(
        self, name: str, channel: str | None = None, period: str | int | dt.date | None = None
    ) -> list[tuple[Scalar, ...]]:
        """The parts of a figure, as rows of a label, a value and a remark; for an error, the reason in words."""
        rows = as_grid(self._value("EXPLAIN", [name, *self._place(channel, period)]))
        return [tuple(str(cell) if isinstance(cell, ExcelError) else cell for cell in row) for row in rows]

    def refresh(self, froms: Sequence[Path | str] = (), dry_run: bool = False, prefer: Sequence[str] = ()) -> Report:
        """Bring exports into the workbook, and answer from the new data. Returns the report.

        froms: files, folders, source configs or addresses of databases. Default: the folder of Settings.
        dry_run: report, and write nothing. prefer: files to use where two disagree. Raises SourceError if a source is
        refused, and BookError if the workbook is; then nothing was written.
        """
        report = refresh(self.path, froms, FUNCTIONS.catalogue, dry_run, today=dt.date.today(), prefer=prefer)
        if not dry_run:
            self._read()
        return report

    def table(self, name: str) -> pd.DataFrame:
        """A table of the workbook as it is, such as "Costs": a row for each row, a column for each header.

        An empty cell is None or NaN; an Excel error is its text, such as "#DIV/0!". A month is the
        number that Excel has for its first day. Raises BookError if the workbook has no such table.
        """
        _require_pandas()
        import pandas as pd

        if name not in self._open.tables:
            raise BookError(f'{self.path} has no table "{name}"{nearest(name, self._open.tables)}')
        header, *rows = self._open.tables[name].grid
        cells = [[str(cell) if isinstance(cell, ExcelError) else cell for cell in row] for row in rows]
        return pd.DataFrame(cells, columns=[str(cell) for cell in header])

    def grid(
        self, metrics: Sequence[str], channels: Sequence[str] = (ALL,), periods: Sequence[str | int] = ("all",)
    ) -> pd.DataFrame:
        """Figures of many selections: rows by channel and period, a column of floats for each metric or measure.

        A figure without a value is NaN and never 0; `kpi` or `explain` says why.
        """
        _require_pandas()
        import pandas as pd

        places = pd.MultiIndex.from_product([channels, periods], names=["channel", "period"])
        cells = [[self._figure(name, *place) for name in metrics] for place in places]
        return pd.DataFrame(cells, index=places, columns=list(metrics), dtype="float64")

    def facts(self) -> pd.DataFrame:
        """Everything recorded except items, a row for each value: month, channel, campaign, measure, value.

        month is its first day; campaign is "" for a value without a campaign.
        """
        _require_pandas()
        import pandas as pd

        rows = [
            (first_day(fact.month), fact.channel, fact.campaign, fact.measure, fact.value)
            for fact in self._tables.facts
            if not fact.item
        ]
        frame = pd.DataFrame(rows, columns=["month", "channel", "campaign", "measure", "value"])
        return frame.assign(month=pd.to_datetime(frame["month"]))

    def _figure(self, name: str, channel: str, period: str | int) -> float:
        try:
            return self.kpi(name, channel, period)
        except FigureError:
            return float("nan")

    def _place(self, channel: str | None, period: str | int | dt.date | None) -> tuple[str, Scalar]:
        settings = self._dataset.settings
        cell = month_of_day(period) if isinstance(period, dt.date) else period
        return ALL if channel is None else channel, settings.period if cell is None else cell

    def _value(self, function: str, args: Sequence[Value]) -> Value:
        value = self._functions.call(function, args, Caller())
        if isinstance(value, ExcelError):
            refusal = self._functions.refusal
            raise FigureError(str(value), str(refusal.reason) if refusal else "")
        return value


def month_of_day(day: dt.date) -> str:
    """The month of a day, as people write it.

    >>> month_of_day(dt.date(2026, 5, 17))
    '2026-05'
    """
    return f"{day:%Y-%m}"


def open(path: Path | str) -> Book:
    """Open an existing workbook. Raises BookError if it cannot be read or is not one of ours."""
    return Book(path)


def new(
    path: Path | str,
    currency: str = "USD",
    start: str | None = None,
    channels: Sequence[str] = (),
    language: str = "en",
    months: int = 12,
) -> Book:
    """Make an empty workbook, .xlsx or .xlsm, and open it. Raises BookError if it exists or an argument is wrong.

    start: its first month, "2026-01". Default: this January. channels: Default: ten usual ones.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     book = new(f"{folder}/ours.xlsx", channels=["Email"], start="2026-01")
    ...     try:
    ...         book.cac("Email", "2026-01")
    ...     except FigureError as error:
    ...         print(error.error)
    #N/A
    """
    try:
        first = parse_month(start) if start else None
    except ValueError:
        raise BookError(f'"{start}" is not a month; write 2026-01') from None
    write_new_workbook(Path(path), currency, first, channels, language, months)
    return Book(path)


def _require_pandas() -> None:
    """Raise an ImportError that says how to install pandas, which is an extra, if it is missing."""
    try:
        import pandas  # noqa: F401
    except ModuleNotFoundError:
        raise ImportError('DataFrames need pandas: pip install "xl-lifecycle[pandas]"') from None
