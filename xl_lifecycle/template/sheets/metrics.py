"""Metrics: any number explained, then every function with its value now, its definition and its source."""

from __future__ import annotations

from xl_lifecycle.core.cells.addresses import address
from xl_lifecycle.core.language.vocabulary import Better, Unit
from xl_lifecycle.template.model import Sheet
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref, key_of, names_ref, value_style

EXPLAINED_ROWS = 16
_BETTER = {Better.HIGHER: "higher", Better.LOWER: "lower", Better.NEITHER: "neither"}


def metrics(draft: Draft) -> Sheet:
    """Plan the Metrics sheet."""
    word = draft.word
    sheet = Sheet(draft.sheet_names["metrics"], color="start")
    sheet.put(0, 0, word("Metrics"), "title")
    sheet.put(
        1,
        0,
        word("Choose a figure, a channel and a period, and see what the number is made of, or why there is none."),
        "subtitle",
    )
    sheet.widths |= {0: 36, 1: 34, 2: 26, 3: 11, 4: 10, 5: 10, 6: 10, 7: 46, 8: 76, 9: 50}
    chosen = draft.setting(sheet.name, "figure") or "CAC"
    channel, period = pick_place(draft, sheet, 4)
    sheet.put(3, 0, word("Figure"), "label")
    sheet.put(3, 1, chosen, "picker")
    sheet.pickers["figure"] = (3, 1)
    sheet.put(6, 0, draft.call("EXPLAIN", Ref(address(3, 1), chosen), channel, period, draft.data), "explained")
    unit = f"INDEX(FigureUnits,MATCH({address(3, 1)},FigureNames,0))"
    value = address(7, 1)  # EXPLAIN's second row
    tests = {each: f'=IF(ISERROR({value}),FALSE,{unit}="{word(each.value)}")' for each in Unit}
    sheet.formats += [((7, 1, 7, 1), test, value_style(each)) for each, test in tests.items()]
    row = 6 + EXPLAINED_ROWS + 1
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
    for column, head in enumerate(heads):
        look = "header_right" if column == 2 else "header_middle" if 3 <= column <= 6 else "header"
        sheet.put(row, column, word(head), look)
    for i, entry in enumerate(entries, row + 1):
        sheet.put(i, 0, word(entry.title), "label")
        sheet.put(i, 1, key_of(entry), "code")
        words = (entry.stage.value, entry.unit.value, _BETTER[entry.better], entry.timing.value)
        sheet.row(i, 3, [word(text) for text in words], "middle")
        wrapped = [draft.said(draft.catalogue.formula(entry)), word(entry.definition), draft.said(entry.source)]
        sheet.row(i, 7, wrapped, "wrap")
    values = draft.call("KPI", names_ref(entries, row + 1), channel, period, draft.data)
    sheet.put(row + 1, 2, values, "by row: " + ", ".join(value_style(entry.unit) for entry in entries))
    sheet.protected = True
    return sheet
