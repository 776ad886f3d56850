"""Replaces structured references that the second engine does not know, such as Costs[[#This Row],[Sales cost]]."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from xl_lifecycle.core.cells.addresses import Area, At, absolute, absolute_area, quoted

_REFERENCE = re.compile(r"(?P<table>[^\[\]!'\s]+)(?:\[(?P<inside>.*)\])?", re.DOTALL)
_PART = re.compile(r"\[((?:'.|[^\[\]'])*)\]")
_ITEMS = {"#all", "#data", "#headers", "#totals", "#this row"}


class TableAt(NamedTuple):
    """A table: its sheet, its area, its columns, and its number of total rows."""

    sheet: str
    area: Area
    columns: Sequence[str]
    totals: int = 0


def as_cells(formula: str, at: At, tables: Mapping[str, TableAt]) -> str:
    """A formula with cells instead of references to rows of tables or whole tables. tables: by name in lower case.

    >>> costs = {"costs": TableAt("Our costs", (4, 1, 9, 2), ["Month", "Spend"])}
    >>> as_cells("=Costs[[#This Row],[Spend]]/SUM(Costs[Spend])+ROWS(Costs)", (6, 3), costs)
    "='Our costs'!$B$6/SUM(Costs[Spend])+ROWS('Our costs'!$A$5:$B$9)"
    """
    if not any(name in formula.lower() for name in tables):
        return formula
    result = ""
    for token in Tokenizer(formula).items:
        names = token.type == Token.OPERAND and token.subtype == Token.RANGE
        result += (names and _cells(token.value, at, tables)) or token.value
    return f"={result}"


def _cells(reference: str, at: At, tables: Mapping[str, TableAt]) -> str | None:
    """The cells of a reference; None if it is not such a reference, or not understood."""
    match = _REFERENCE.fullmatch(reference)
    table = tables.get(match["table"].lower()) if match else None
    if match is None or table is None:
        return None
    inside = match["inside"] or ""
    parts = [re.sub(r"'(.)", r"\1", part) for part in _PART.findall(inside)]
    if inside.startswith("#"):
        parts = [inside]
    items = [part.lower() for part in parts if part.lower() in _ITEMS]
    if (inside and not items) or "@" in inside.partition("[")[0]:
        return None
    columns = [_column(part, table) for part in parts if part.lower() not in _ITEMS] or [0, len(table.columns) - 1]
    top, left, bottom, _ = table.area
    rows = {
        "#all": (top, bottom),
        "#data": (top + 1, bottom - table.totals),
        "#headers": (top, top),
        "#totals": (bottom, bottom),
        "#this row": (at[0], at[0]),
    }
    spans = [rows[item] for item in items or ["#data"]]
    if None in columns or len(columns) > 2 or (items == ["#totals"] and not table.totals):
        return None
    first, last = (left + column for column in (columns[0], columns[-1]) if column is not None)
    area = (min(span[0] for span in spans), first, max(span[1] for span in spans), last)
    cells = absolute(area[:2]) if area[:2] == area[2:] else absolute_area(area)
    return f"{quoted(table.sheet)}!{cells}"


def _column(name: str, table: TableAt) -> int | None:
    names = [column.lower() for column in table.columns]
    return names.index(name.lower()) if name.lower() in names else None
