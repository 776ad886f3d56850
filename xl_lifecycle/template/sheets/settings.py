"""Settings: the period, currency and fiscal year; the channels; and the cell named Data."""

from __future__ import annotations

from xl_lifecycle.content import INPUT_TABLES
from xl_lifecycle.periods import month_serial
from xl_lifecycle.template.draft import (
    CHOICES,
    CHOICES_COLUMN,
    FIRST_MONTH_CELL,
    PERIOD_CELL,
    Draft,
    choice,
    period_choices,
)
from xl_lifecycle.template.layout import Choice, Formula, Sheet, Table, address, area, quoted
from xl_lifecycle.values import Scalar

NOTES = (
    "For every sheet whose own period is not chosen: 2026, 2026-Q1, YTD, last 3 months, all",
    "The currency of every amount, as a three-letter code",
    "en, ko or ja; used when the workbook is made",
    "1 to 12; 1 is January",
    "end or start: FY2026 is the year that ends, or that starts, in 2026",
    "Read by Refresh in Excel for Windows, and by the command line; as seen from this workbook",
)
MOST_CHOICES = 300


def settings(draft: Draft) -> Sheet:
    """Plan the Settings sheet."""
    word = draft.word
    sheet = Sheet(draft.sheet_names["settings"], color="start")
    sheet.put(0, 0, word("Settings"), "title")
    sheet.put(1, 0, word("What holds for the whole workbook."), "subtitle")
    sheet.widths |= {0: 32, 1: 26, 2: 68, 3: 3, 4: 22, 5: 22, 6: 3, CHOICES_COLUMN - 1: 3}
    sheet.widths |= {CHOICES_COLUMN: 16, CHOICES_COLUMN + 1: 22}
    sheet.put(2, 0, word("Data"), "label")
    sheet.put(2, 1, draft.dataset, "fixed")
    sheet.put(
        2, 2, word("All tables as one: give Data to a function and Excel recalculates it when a table changes"), "note"
    )
    sheet.put(FIRST_MONTH_CELL[0], 0, word("First month shown"), "label")
    sheet.put(*FIRST_MONTH_CELL, _first_month(draft), "fixed_month")
    sheet.put(FIRST_MONTH_CELL[0], 2, word("Sheets show a year: the last that the tables have rows for"), "note")
    header, *rows = draft.grids["Settings"]
    first = PERIOD_CELL[0] - 1
    sheet.put(first - 1, 0, word("Settings"), "group")
    styles = ["input label", "input text"]
    sheet.tables.append(Table("Settings", first, 0, [str(cell) for cell in header], rows, styles))
    for i, note in enumerate(NOTES, first + 1):
        sheet.put(i, 2, word(note), "note")
    sheet.choices.append(
        choice(draft, *PERIOD_CELL, "periods", word("Choose a period, or type one: 2026-Q1, YTD, all"))
    )
    sheet.choices.append(Choice(first + 3, 1, "en,ko,ja", word(NOTES[2])))
    sheet.choices.append(Choice(first + 5, 1, "end,start", word(NOTES[4])))
    sheet.put(first - 1, 4, word("Channels"), "group")
    header, *rows = draft.grids["Channels"]
    sheet.tables.append(
        Table("Channels", first, 4, [str(cell) for cell in header], rows, ["input text", "input label"])
    )
    periods: list[list[Scalar]] = [[period] for period in period_choices(draft)]
    channels: list[list[Scalar]] = [[channel] for channel in draft.channel_list()]
    sheet.tables.append(Table("Periods", first, CHOICES_COLUMN, [word("Periods to choose")], periods, ["choice"]))
    sheet.tables.append(Table("Places", first, CHOICES_COLUMN + 1, [word("Channels to choose")], channels, ["choice"]))
    return sheet


def choice_names(draft: Draft) -> dict[str, str]:
    """The names of the lists to choose from: each the cells that its table fills, however many."""
    at = quoted(draft.sheet_names["settings"])
    first, last = PERIOD_CELL[0], PERIOD_CELL[0] + MOST_CHOICES - 1
    names = {}
    for i, name in enumerate(CHOICES.values()):
        cells = f"{at}!{area(first, CHOICES_COLUMN + i, last, CHOICES_COLUMN + i)}"
        names[name] = f"={at}!{address(first, CHOICES_COLUMN + i)}:INDEX({cells},COUNTA({cells}))"
    return names


def _first_month(draft: Draft) -> Formula:
    """Eleven months before the last row's month, or the first row's where there is less."""
    months = ",".join(f"{table.value}[{draft.content.header('month')}]" for table in INPUT_TABLES)
    text = f"=MAX(EOMONTH(MIN({months}),-1),EOMONTH(MAX({months}),-12))+1"
    return Formula(text, [[month_serial(draft.months[0])]], array=False)
