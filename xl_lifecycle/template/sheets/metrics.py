"""Metrics: the explanation of any number, then every function with its value, its definition and its source."""

from __future__ import annotations

from xl_lifecycle.core.cells.addresses import absolute
from xl_lifecycle.core.language.vocabulary import Better, Unit
from xl_lifecycle.template.model import SheetPlan
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref, key_of, names_ref, value_style

EXPLAINED_ROWS = 16
_BETTER = {Better.HIGHER: "higher", Better.LOWER: "lower", Better.NEITHER: "neither"}


def metrics(draft: Draft) -> SheetPlan:
    """Plan the Metrics sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["metrics"], color="start")
    sheet.put(1, 1, word("Metrics"), "title")
    sheet.put(
        2,
        1,
        word("Choose a figure, a channel and a period, and see what the number is made of, or why there is none."),
        "subtitle",
    )
    sheet.widths |= {1: 36, 2: 34, 3: 26, 4: 11, 5: 10, 6: 10, 7: 10, 8: 46, 9: 76, 10: 50}
    figure = draft.setting(sheet.name, "figure") or "CAC"
    channel, period = pick_place(draft, sheet, 5)
    sheet.put(4, 1, word("Figure"), "label")
    sheet.put(4, 2, figure, "picker")
    sheet.pickers["figure"] = (4, 2)
    sheet.put(7, 1, draft.call("EXPLAIN", Ref(absolute((4, 2)), figure), channel, period, draft.data), "explained")
    unit = f"INDEX(FigureUnits,MATCH({absolute((4, 2))},FigureNames,0))"
    value = absolute((8, 2))  # EXPLAIN's second row
    tests = {each: f'=IF(ISERROR({value}),FALSE,{unit}="{word(each.value)}")' for each in Unit}
    sheet.formats += [((8, 2, 8, 2), test, value_style(each)) for each, test in tests.items()]
    row = 7 + EXPLAINED_ROWS + 1
    entries = list(draft.catalogue.metrics.values())
    heads = (
        "Metric",
        "Function",
        "Value for the choice above",
        "Stage",
        "Unit",
        "Better",
        "Timing",
        "Formula",
        "Definition",
        "Source of definition",
    )
    for column, head in enumerate(heads, 1):
        look = "header_right" if column == 3 else "header_middle" if 4 <= column <= 7 else "header"
        sheet.put(row, column, word(head), look)
    for i, entry in enumerate(entries, row + 1):
        sheet.put(i, 1, word(entry.title), "label")
        sheet.put(i, 2, key_of(entry), "code")
        words = (entry.stage.value, entry.unit.value, _BETTER[entry.better], entry.timing.value)
        sheet.row(i, 4, [word(text) for text in words], "middle")
        texts = [
            draft.function_text(draft.catalogue.formula(entry)),
            word(entry.definition),
            draft.function_text(entry.source),
        ]
        sheet.row(i, 8, texts, "wrap")
    values = draft.call("KPI", names_ref(entries, row + 1), channel, period, draft.data)
    sheet.put(row + 1, 3, values, [value_style(entry.unit) for entry in entries])
    sheet.protected = True
    return sheet
