"""The datasets that this process has built, by token."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import parse_day
from xl_lifecycle.core.cells.values import Value, as_grid, is_blank
from xl_lifecycle.core.dataset.dataset import AS_OF, TOKEN, Dataset
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import Language

MOST_DATASETS = 16  # several workbooks may be open, and each edit makes a new dataset; the oldest are dropped


class Datasets:
    """The latest datasets, and what to do with a token that none of them has.

    default: the token to use when no dataset is given. Only a host with exactly one workbook sets it.
    rebuild: called once for a token that this process does not know. It calls DATASET with the tables of that workbook.
    day: the day that datasets are as of, unless their token contains a day.
    """

    def __init__(self) -> None:
        self.default: str | None = None
        self.rebuild: Callable[[str], None] | None = None
        self.day: dt.date | None = None
        self._datasets: OrderedDict[str, Dataset] = OrderedDict()
        self._unknown: set[str] = set()

    def dataset(self, token: Value = None) -> Dataset:
        """The dataset of a token. Refuses a cell that is not a token; never answers from another dataset."""
        cell = as_grid(token)[0][0]
        if is_blank(cell):
            cell = self.default
            if cell is None:
                raise Refusal(ExcelError.NA, "no dataset was given: add Data as the last argument")
        if isinstance(cell, ExcelError):
            raise Refusal(cell, "the {what} is {error}", what=Text("dataset"), error=cell)
        if not isinstance(cell, str) or not cell.startswith(TOKEN):
            raise Refusal(ExcelError.VALUE, '"{text}" is not a dataset: write Data', text=cell)
        base, mark, day = cell.partition(AS_OF)
        if not mark and self.day:
            cell, day = f"{base}{AS_OF}{self.day}", str(self.day)
        if cell not in self._datasets:
            self._add_base(base)
            if day:
                self.add(self._datasets[base].as_of(parse_day(day)))
        self._datasets.move_to_end(cell)
        return self._datasets[cell]

    def _add_base(self, token: str) -> None:
        """Make sure that the dataset of a token without a day is there: rebuild it if this process does not know it."""
        if token not in self._datasets and token not in self._unknown and self.rebuild:
            self._unknown.add(token)  # called once, not once per cell
            self.rebuild(token)
        if token not in self._datasets:
            raise Refusal(ExcelError.NA, "the dataset is not loaded: recalculate the cell named Data")

    def add(self, dataset: Dataset) -> str:
        """Store a dataset and return its token."""
        self._datasets[dataset.token] = dataset
        self._datasets.move_to_end(dataset.token)
        self._unknown.discard(dataset.token)
        while len(self._datasets) > MOST_DATASETS:
            self._datasets.popitem(last=False)
        return dataset.token

    def _language(self) -> Language:
        """The language of the dataset that was used last; English if there is no dataset."""
        latest = next(reversed(self._datasets.values()), None)
        return latest.settings.language if latest else "en"
