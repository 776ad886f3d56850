"""A scorecard on a sheet: figures in groups, each with its trend, the change, the target and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_lifecycle.catalogue import Metric
from xl_lifecycle.measures import Measure
from xl_lifecycle.scorecard import COLUMNS, IN_POINTS, Word
from xl_lifecycle.template.draft import Draft, Ref, key_of, value_style
from xl_lifecycle.template.layout import Sheet, Sparkline, area
from xl_lifecycle.template.sheets.figures import FIRST
from xl_lifecycle.vocabulary import LANGUAGES, Unit

Groups = Sequence[tuple[str, Sequence[str]]]  # a title in English, and the names of its figures
TREND = 2  # the column of the sparklines
HEADS = ("Value", "Before", "Change", "Signal", "Target", "Attained", "Status", "From")
GOOD, BAD, FAINT = (Word.BETTER, Word.REACHED), (Word.WORSE, Word.BEHIND), (Word.CHANCE, Word.FEW, Word.PART, Word.SAME)


def scorecard(draft: Draft, sheet: Sheet, row: int, groups: Groups, channel: Ref, period: Ref) -> dict[str, int]:
    """Plan a scorecard of one formula from its header row on; returns the row of each figure."""
    word = draft.word
    sheet.row(row, 0, [word("Figure"), word("Function"), word("Last 12 months")], "header")
    sheet.row(row, FIRST, [word(head) for head in HEADS[:3]], "header_right")
    sheet.put(row, FIRST + 3, word(HEADS[3]), "header_middle")
    sheet.row(row, FIRST + 4, [word(head) for head in HEADS[4:6]], "header_right")
    sheet.put(row, FIRST + 6, word(HEADS[6]), "header_middle")
    sheet.row(row, FIRST + 7, [word(HEADS[7]), "", ""], "header")
    places: dict[str, int] = {}
    names: list[str] = []
    styles: list[str] = []
    for title, entries in groups:
        if title:
            sheet.put(row + len(names) + 1, 0, word(title), "group")
            names.append("")
            styles.append("text")
        for entry in map(draft.entry, entries):
            names.append(key_of(entry))
            places[entry.name] = row + len(names)
            sheet.put(row + len(names), 0, draft.title(entry), "label")
            sheet.put(row + len(names), 1, names[-1], "code")
            styles.append(_styles(entry))
    first, last = row + 1, row + len(names)
    column = Ref(area(first, 1, last, 1), [[name or None] for name in names])
    formula = draft.call("SCORECARD", column, channel, period, draft.data, draft.targets)
    sheet.put(first, FIRST, formula, "by row: " + ", ".join(styles))
    at = {name: FIRST + i for i, name in enumerate(COLUMNS)}
    language = LANGUAGES.index(draft.content.language)
    for words, color in ((GOOD, "good"), (BAD, "bad"), (FAINT, "faint")):
        for key in ("signal", "status"):
            marked = (first, at[key], last, at[key])
            sheet.colored += [(marked, each.value[language], color) for each in words]
    sheet.marks.append((first, at["attained"], last, at["attained"]))
    return places


def trends(sheet: Sheet, places: Mapping[str, int], months: Mapping[str, int], count: int) -> None:
    """Beside each figure of a scorecard the line of its months, which stand in rows of the same sheet."""
    for name, row in places.items():
        if name in months:
            sheet.sparklines.append(Sparkline(row, TREND, (months[name], FIRST, months[name], FIRST + count - 1)))


def _styles(entry: Measure | Metric) -> str:
    """The styles of a row, column by column."""
    value = value_style(entry.unit)
    change = "points" if entry.unit is Unit.PERCENT else "difference" if entry.unit in IN_POINTS else "relative"
    return " | ".join([value, value, change, "middle", value, "attained", "middle", "source"])
