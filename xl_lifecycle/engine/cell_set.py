"""A set of cells with fast look-up of areas."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict

from xl_lifecycle.core.cells.addresses import Area, places


class Spots:
    """A set of cells by sheet.

    >>> spots = Spots()
    >>> spots.add("Costs", (5, 4, 6, 4))
    >>> spots.touch("Costs", (1, 1, 5, 9)), spots.touch("Costs", (1, 1, 4, 9)), spots.touch("Start", (5, 4, 5, 4))
    (True, False, False)
    """

    def __init__(self) -> None:
        self._rows: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))

    def add(self, sheet: str, area: Area) -> None:
        columns = self._rows[sheet]
        for row in places(area):
            for number, column in row:
                rows = columns[column]
                if not rows or rows[-1] < number:
                    rows.append(number)
                else:
                    insort(rows, number)

    def touch(self, sheet: str, area: Area) -> bool:
        """Whether any cell of the set is in an area."""
        top, left, bottom, right = area
        for column, rows in self._rows[sheet].items() if sheet in self._rows else ():
            if left <= column <= right and (i := bisect_left(rows, top)) < len(rows) and rows[i] <= bottom:
                return True
        return False
