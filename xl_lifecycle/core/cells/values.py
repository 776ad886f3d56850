"""Cell values, as every host passes them to our functions and gets them back."""

from __future__ import annotations

from collections.abc import Sequence

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.language.text import Text

Scalar = None | bool | float | str | ExcelError
Grid = Sequence[Sequence[Scalar]]
Value = Scalar | Grid
MOST_AMOUNT = 1e15


def is_blank(value: object) -> bool:
    """Whether a cell counts as empty: it has nothing in it, or only spaces.

    >>> is_blank(None), is_blank(" "), is_blank(0)
    (True, True, False)
    """
    return value is None or (isinstance(value, str) and not value.strip())


def as_grid(value: Value) -> Grid:
    """A value as rows of cells; a single cell is one row of one cell.

    >>> as_grid(3), as_grid([[1, 2]])
    ([[3]], [[1, 2]])
    """
    return value if isinstance(value, (list, tuple)) else [[value]]  # type: ignore[list-item]


def number(cell: object) -> float:
    """A cell as a number; refuses blanks, text, logical values and errors.

    >>> number(3)
    3.0
    """
    if isinstance(cell, ExcelError):
        raise Refusal(cell, "a cell holds {error}", error=cell)
    if is_blank(cell):
        raise Refusal(ExcelError.NA, "a cell is empty")
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise Refusal(ExcelError.VALUE, "{cell!r} is not a number", cell=cell)
    if cell != cell or cell in (float("inf"), float("-inf")):
        raise Refusal(ExcelError.NUM, "the number is too large")
    return float(cell)


def amount(cell: object) -> float:
    """A number that a table records; refuses one of more than the 15 digits that Excel keeps, so that sums stay exact.

    >>> amount(1200)
    1200.0
    """
    value = number(cell)
    if abs(value) > MOST_AMOUNT:
        raise Refusal(ExcelError.NUM, "the number is too large")
    return value


def name_in(cell: Scalar, what: str) -> str:
    """The name in a cell; refuses blanks, errors and cells that are not text. what: what the cell should name.

    >>> name_in("Email", "channel")
    'Email'
    """
    if isinstance(cell, ExcelError):
        raise Refusal(cell, "the {what} is {error}", what=Text(what), error=cell)
    if is_blank(cell):
        raise Refusal(ExcelError.NA, "the {what} is empty", what=Text(what))
    if not isinstance(cell, str):
        raise Refusal(ExcelError.VALUE, '"{typed}" is not a {what}', typed=as_typed(cell), what=Text(what))
    return cell


def text(cell: object) -> str:
    """A cell as text, without extra spaces; "" for an empty cell or an error. Hosts differ in whether 2026 is 2026.0.

    >>> text(" a  b "), text(2026.0), text(ExcelError.NA)
    ('a b', '2026', '')
    """
    if is_blank(cell) or isinstance(cell, ExcelError):
        return ""
    return " ".join(as_typed(cell).split())


def as_typed(cell: object) -> str:
    """A cell as users see it in a message; "" for an empty cell. Hosts differ in whether 3000 is 3000.0.

    >>> as_typed(3000.0), as_typed("soon"), as_typed(None)
    ('3000', 'soon', '')
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)
