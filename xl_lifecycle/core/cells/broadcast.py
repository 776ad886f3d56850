"""A function of single cells applied to ranges, as Excel does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid, is_blank

ROWS_OF_A_SHEET = 1_048_576


def broadcast(function: Callable[..., Scalar], args: Sequence[Value]) -> Value:
    """Apply a function cell by cell as Excel does: a row and a column make a grid; cells that do not fit are #N/A.

    >>> broadcast(lambda a, b: a + b, [[[1, 2]], [[10], [20]]])
    [[11, 12], [21, 22]]
    """
    grids = [as_grid(arg) for arg in args]
    if all(not isinstance(arg, (list, tuple)) for arg in args):
        return function(*(grid[0][0] for grid in grids))
    height = max(len(grid) for grid in grids)
    width = max(len(grid[0]) for grid in grids)
    return [[function(*(_at(grid, r, c) for grid in grids)) for c in range(width)] for r in range(height)]


def _at(grid: Grid, row: int, column: int) -> Scalar:
    row = 0 if len(grid) == 1 else row
    column = 0 if len(grid[0]) == 1 else column
    inside = row < len(grid) and column < len(grid[row])
    return grid[row][column] if inside else ExcelError.NA


def used_rows(value: Value) -> Value:
    """A whole column, as in =CAC(A:A,B:B), down to its last cell that holds something.

    At least two rows: a single row would count for every row of the other arguments.
    """
    if not isinstance(value, (list, tuple)) or len(value) < ROWS_OF_A_SHEET:
        return value
    last = next((i for i in range(len(value), 2, -1) if not all(map(is_blank, value[i - 1]))), 2)
    return value[:last]
