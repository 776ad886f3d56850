"""Targets: a goal for a figure, channel and period; how far it is reached stands beside it."""

from __future__ import annotations

from xl_lifecycle.catalogue import Item
from xl_lifecycle.template.draft import Draft, Ref, value_style
from xl_lifecycle.template.layout import Sheet, Table
from xl_lifecycle.values import Refusal, Scalar
from xl_lifecycle.vocabulary import Unit


def targets(draft: Draft) -> Sheet:
    """Plan the Targets sheet."""
    word, content = draft.word, draft.content
    sheet = Sheet(draft.sheet_names["targets"], color="start")
    sheet.put(0, 0, word("Targets"), "title")
    sheet.put(
        1,
        0,
        word(
            "Write a figure by its function or name, a channel, a period and the goal; what is reached stands beside."
        ),
        "subtitle",
    )
    sheet.widths |= {0: 30, 1: 22, 2: 16, 3: 14, 4: 3, 5: 16, 6: 14}
    header = [word("Metric"), content.header("channel"), word("Period"), word("Target")]
    rows: list[list[Scalar]] = [[t.name, content.place(t.channel), t.period, t.target] for t in content.targets]
    rows = rows or [[None] * 4]
    first, last = 4, 3 + len(rows)
    sheet.tables.append(
        Table("Targets", 3, 0, header, rows, ["input text", "input text", "input text", "input number"])
    )
    columns = [Ref(f"Targets[{name}]", [[row[i]] for row in rows]) for i, name in enumerate(header)]
    sheet.row(3, 5, [word("Actual"), word("Attained")], "header_right")
    actual = draft.call("KPI", *columns[:3], draft.data)
    sheet.put(first, 5, actual, "by row: " + ", ".join(value_style(_unit(draft, row[0])) for row in rows))
    sheet.put(first, 6, draft.call("ATTAINMENT", *columns, draft.data), "attained")
    sheet.marks.append((first, 6, last, 6))
    sheet.frozen = (4, 0)
    return sheet


def _unit(draft: Draft, name: Scalar) -> Unit:
    try:
        entry = draft.known.find(str(name))
    except Refusal:
        return Unit.RATIO
    return entry.entry.unit if isinstance(entry, Item) else entry.unit
