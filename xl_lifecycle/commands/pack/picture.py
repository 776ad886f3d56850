"""A part of a planned sheet as a picture that looks like Excel: HTML made from the cells, so it is never outdated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from xl_lifecycle.core.cells.addresses import At, address, letters_of, within
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar, is_blank
from xl_lifecycle.core.language.text import text_width
from xl_lifecycle.template.display import cells_of, format_value
from xl_lifecycle.template.model import Button, Formula, SheetPlan, WorkbookPlan
from xl_lifecycle.template.styles import BAD, GOOD, MISSING, style

_LETTER = 0.54  # the width of a column's unit, a digit of Calibri, in the font's size
_DEFAULT_WIDTH = 8.43
_NUMBERS_WIDTH = 2.2  # of the column with the row numbers


@dataclass(frozen=True)
class PicturePart:
    """The part to draw: a sheet from the first to the last cell, the selected cell, and the text in the formula bar.

    typed: cells that a person has added to the sheet. widths: columns drawn narrower or wider than planned.
    """

    sheet: SheetPlan
    first: At
    last: At
    selected: At | None = None
    bar: str = ""
    extra_cells: Mapping[At, Scalar] = field(default_factory=dict)
    widths: Mapping[int, float] = field(default_factory=dict)
    lines: bool = False  # our own sheets hide the lines between cells


def picture(part: PicturePart, book: WorkbookPlan) -> str:
    """The picture as an HTML figure: formula bar, column letters, row numbers, cells, and the sheet's tab."""
    cells = cells_of(part.sheet) | {at: (value, "typed") for at, value in part.extra_cells.items()}
    columns = range(part.first[1], part.last[1] + 1)
    widths = {j: part.widths.get(j, part.sheet.widths.get(j, _DEFAULT_WIDTH)) for j in columns}
    grid = "".join(f'<col style="width:{width * _LETTER:.2f}em"/>' for width in widths.values())
    letters = "".join(f"<th{_on(part, column=j)}>{letters_of(j)}</th>" for j in columns)
    rows = "".join(
        f'<tr style="height:{_height(part.sheet, i)}em"><th{_on(part, row=i)}>{i}</th>'
        f"{''.join(_row(part, book, cells, widths, i))}</tr>"
        for i in range(part.first[0], part.last[0] + 1)
    )
    width = sum(widths.values()) * _LETTER + _NUMBERS_WIDTH
    return (
        f'<figure class="sheet">{_bar(part)}'
        f'<table class="cells{" lines" if part.lines else ""}" style="width:{width:.2f}em">'
        f'<colgroup><col style="width:{_NUMBERS_WIDTH}em"/>{grid}</colgroup>'
        f'<tr class="letters"><th></th>{letters}</tr>{rows}</table>'
        f'<div class="tabs"><span>{escape(part.sheet.name)}</span></div></figure>'
    )


def _bar(part: PicturePart) -> str:
    if part.selected is None:
        return ""
    where = address(part.selected)
    return f'<div class="bar"><span>{where}</span><i>fx</i><code>{escape(part.bar)}</code></div>'


def _on(part: PicturePart, row: int | None = None, column: int | None = None) -> str:
    """Marks the letter and number of the selected cell, as Excel does."""
    selected = part.selected is not None and (row == part.selected[0] or column == part.selected[1])
    return ' class="on"' if selected else ""


def _height(sheet: SheetPlan, row: int) -> float:
    return 2.8 if row == 1 and not is_blank(_title(sheet)) else sheet.heights.get(row, 18) / 18 * 1.6


def _title(sheet: SheetPlan) -> Scalar:
    return next((c.content for c in sheet.cells if c.style == "title" and not isinstance(c.content, Formula)), None)


def _row(
    part: PicturePart, book: WorkbookPlan, cells: Mapping[At, tuple[Scalar, str]], widths: Mapping[int, float], row: int
) -> Iterator[str]:
    """A row's cells; a text continues over empty cells to its right, as in Excel."""
    column = part.first[1]
    while column <= part.last[1]:
        value, name = cells.get((row, column), (None, "text"))
        look = _look(name, book)
        span = 1
        if isinstance(value, str) and not look.get("text_wrap"):
            room, needed = widths[column], text_width(value) * look.get("font_size", 10.5) / 10.5
            while room < needed and _is_free(part, cells, (row, column + span)):
                room += widths[column + span]
                span += 1
        wide = f' colspan="{span}"' if span > 1 else ""
        css_class = ' class="selected"' if (row, column) == part.selected else ""
        css = _css(look, value, _rule_color(part.sheet, (row, column), value))
        text = escape(format_value(value, look.get("num_format", "General")))
        buttons = "".join(f"<b>{escape(button.caption)}</b>" for button in _buttons(part.sheet, (row, column)))
        yield f'<td{wide}{css_class} style="{css}">{text}{buttons}</td>'
        column += span


def _is_free(part: PicturePart, cells: Mapping[At, tuple[Scalar, str]], at: At) -> bool:
    """Whether a text to the left may continue over a cell of the picture."""
    return (
        at[1] <= part.last[1]
        and is_blank(cells.get(at, (None, ""))[0])
        and at != part.selected
        and not _buttons(part.sheet, at)
    )


def _buttons(sheet: SheetPlan, at: At) -> list[Button]:
    return [button for button in sheet.buttons if (button.row, button.column) == at]


def _look(name: str, book: WorkbookPlan) -> dict[str, Any]:
    return {} if name == "typed" else style(name, book.currency, book.language)


def _rule_color(sheet: SheetPlan, at: At, value: Scalar) -> str:
    """The colour that the sheet's rules give a value."""
    judged = any(within(at, area) for area in sheet.marks)
    if isinstance(value, ExcelError):
        return "#FFFFFF" if judged else MISSING
    if judged and isinstance(value, (int, float)):
        return GOOD if value >= 1 else BAD if value < 0.8 else ""
    return ""


def _css(look: Mapping[str, Any], value: Scalar, rule_color: str) -> str:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    align = look.get("align") or ("right" if number else "center" if isinstance(value, ExcelError) else "left")
    properties = {
        "text-align": align,
        "color": rule_color or look.get("font_color", ""),
        "background": look.get("bg_color", ""),
        "font-weight": "bold" if look.get("bold") else "",
        "font-size": f"{look['font_size'] / 10.5:.3g}em" if look.get("font_size", 10.5) != 10.5 else "",
        "font-family": "Consolas,monospace" if look.get("font_name") == "Consolas" else "",
        "text-decoration": "underline" if look.get("underline") else "",
        "border": f"{look['border'] * 0.6:.2g}pt solid {look['border_color']}" if look.get("border") else "",
        "white-space": "normal" if look.get("text_wrap") else "",
    }
    return ";".join(f"{name}:{text}" for name, text in properties.items() if text)
