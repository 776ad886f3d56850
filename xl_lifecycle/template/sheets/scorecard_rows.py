"""A scorecard on a sheet: figures in groups, each with its trend, its change, its target and its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xl_lifecycle.core.analysis.projection import Status
from xl_lifecycle.core.analysis.scorecard import COLUMNS, IN_POINTS, Word
from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.addresses import absolute, absolute_area, address
from xl_lifecycle.core.language.vocabulary import Unit
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.template.model import ChoiceList, Formula, SheetPlan, Sparkline
from xl_lifecycle.template.planner import Draft, Ref, key_of, value_style
from xl_lifecycle.template.sheets.figure_rows import FIRST

Groups = Sequence[tuple[str, Sequence[str]]]  # a title in English, and the names of its figures
TREND = 3  # the column of the sparklines
HEADS = ("Value", "Before", "Change", "Signal", "Target", "Attained", "Status", "Timing", "From")
SIGNALS = (("good", (Word.BETTER,)), ("bad", (Word.WORSE,)), ("faint", (Word.CHANCE, Word.FEW, Word.SAME)))
STATUSES = (
    ("good", (Status.REACHED, Status.ON_TRACK, Status.ON_PLAN)),
    ("bad", (Status.BEHIND, Status.SHORT, Status.OVER)),
    ("faint", (Status.PART, Status.EARLY)),
)


def scorecard(
    draft: Draft, sheet: SheetPlan, row: int, groups: Groups, channel: Ref, period: Ref, selectable: bool = False
) -> dict[str, int]:
    """Plan a scorecard with one formula from its header row down. Returns the row of each figure.

    selectable: people choose the figures; their keys in the result are then "figure 1", "figure 2" ...
    """
    _header(draft, sheet, row)
    places: dict[str, int] = {}
    names: list[str] = []
    styles: list[str | tuple[str, ...]] = []
    for title, entries in groups:
        if title:
            sheet.put(row + len(names) + 1, 1, draft.word(title), "group")
            names.append("")
            styles.append("text")
        for name in entries:
            at, key = row + len(names) + 1, f"figure {len(places) + 1}"
            entry = draft.entry(name)
            if selectable:
                entry = _choice(draft, sheet, at, key, entry)
            else:
                sheet.put(at, 1, draft.title(entry), "label")
                sheet.put(at, 2, key_of(entry), "code")
            places[key if selectable else entry.name] = at
            names.append(key_of(entry))
            styles.append(_styles(entry))
    first, last = row + 1, row + len(names)
    if selectable:
        by_unit(draft, sheet, first, last, ((FIRST, FIRST + 1), (FIRST + 4, FIRST + 4)))
        change = (first, FIRST + 2, last, FIRST + 2)
        sheet.formats += [(change, _test(draft, first, FIRST + 2, unit), _change(unit)) for unit in Unit]
    column = Ref(absolute_area((first, 2, last, 2)), [[name or None] for name in names])
    formula = draft.call("SCORECARD", column, channel, period, draft.data, draft.targets)
    sheet.put(first, FIRST, formula, styles)
    columns = {name: FIRST + i for i, name in enumerate(COLUMNS)}
    for key, words_by_color in (("signal", SIGNALS), ("status", STATUSES)):
        area = (first, columns[key], last, columns[key])
        sheet.colored += [(area, draft.word(each.value), color) for color, words in words_by_color for each in words]
    sheet.marks.append((first, columns["attained"], last, columns["attained"]))
    return places


def _header(draft: Draft, sheet: SheetPlan, row: int) -> None:
    word, heads = draft.word, HEADS
    sheet.row(row, 1, [word("Figure"), word("Function"), word("Last 12 months")], "header")
    sheet.row(row, FIRST, [word(head) for head in heads[:3]], "header_right")
    sheet.put(row, FIRST + 3, word(heads[3]), "header_middle")
    sheet.row(row, FIRST + 4, [word(head) for head in heads[4:6]], "header_right")
    sheet.row(row, FIRST + 6, [word(head) for head in heads[6:8]], "header_middle")
    sheet.row(row, FIRST + 8, [word(heads[8]), "", "", ""], "header")


def _choice(draft: Draft, sheet: SheetPlan, row: int, key: str, default: Measure | Metric) -> Measure | Metric:
    """Put a picker for a figure by its function or name, and beside it the title. Returns the figure."""
    text = draft.setting(sheet.name, key)
    entry = draft.figure(text) or default
    cell = absolute((row, 2))
    sheet.put(row, 2, text or key_of(entry), "input code")
    sheet.pickers[key] = (row, 2)
    sheet.choices.append(
        ChoiceList(row, 2, "=FigureNames", draft.word("Choose a figure, or type its function or name"))
    )
    title = draft.title(entry)
    sheet.put(
        row,
        1,
        Formula(f"=IFERROR(INDEX(FigureTitles,MATCH({cell},FigureNames,0)),{cell})", [[title]], array=False),
        "label",
    )
    return entry


def by_unit(draft: Draft, sheet: SheetPlan, first: int, last: int, spans: Iterable[tuple[int, int]]) -> None:
    """Add number formats that depend on the figures chosen in the second column."""
    for left, right in spans:
        place = (first, left, last, right)
        sheet.formats += [(place, _test(draft, first, left, unit), value_style(unit)) for unit in Unit]


def _test(draft: Draft, row: int, column: int, unit: Unit) -> str:
    """A test whether the value of a figure has a unit; FALSE for an error, which keeps its look."""
    value, name = (address((row, at)) for at in (column, 2))
    unit_of_figure = f"INDEX(FigureUnits,MATCH(${name},FigureNames,0))"
    return f'=IF(ISERROR({value}),FALSE,{unit_of_figure}="{draft.word(unit.value)}")'


def trends(sheet: SheetPlan, places: Mapping[str, int], months: Mapping[str, int], count: int) -> None:
    """Put a sparkline of its months, which are on the same sheet, beside each figure of a scorecard."""
    for name, row in places.items():
        if name in months:
            sheet.sparklines.append(Sparkline(row, TREND, (months[name], FIRST, months[name], FIRST + count - 1)))


def _styles(entry: Measure | Metric) -> tuple[str, ...]:
    """The styles of a row, column by column."""
    value = value_style(entry.unit)
    return value, value, _change(entry.unit), "middle", value, "attained", "middle", "middle", "source"


def _change(unit: Unit) -> str:
    return "points" if unit is Unit.PERCENT else "difference" if unit in IN_POINTS else "relative"
