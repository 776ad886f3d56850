"""Start: what to do every Monday, how to read the sheets, four functions to try, and where everything is."""

from __future__ import annotations

from collections.abc import Iterator

from xl_lifecycle.core.cells.addresses import absolute, address, quoted
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.language.vocabulary import Basis, Stage
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.planner import PERIOD_CELL, SHEET_KEYS, Draft, Ref, value_style
from xl_lifecycle.template.sheets.legend import legend
from xl_lifecycle.template.sheets.settings import CUSTOM_METRICS_CELL, RULES

# The steps, and the sheet of each.
MONDAY = (
    ("1. Bring last week: paste each export on a new sheet named Import, and press Refresh.", ""),
    ("2. See what came, and whether it agrees with each file's own total.", "changes"),
    ("3. Fill in what no export has: the pale cells of each stage, one row a month.", Stage.ATTRACT.value),
    ("4. See what moved since the period before; then open the stage or the channel behind it.", "overview"),
    ("5. Read what the figures say about your questions, and choose one thing to try.", "questions"),
    ("6. Ask what a number is made of before you act on it.", "metrics"),
)
# How to read a sheet: an example of a cell, its style, and its meaning.
LEGEND: tuple[tuple[Scalar, str, str], ...] = (
    ("Pale cell", "input text", "Type here, or choose from the list."),
    ("White cell", "legend", "A result. It follows the tables; leave its formula alone."),
    ("Underlined", "link", "Leads to another sheet; ← leads back here."),
    ("▲ ▼", "legend", "Higher is better, lower is better."),
    (
        ExcelError.NA,
        "legend",
        "Not recorded, or cannot be added up over months or channels; never 0. The top of Metrics says which.",
    ),
    (ExcelError.DIV0, "legend", "Nothing to divide by: no leads, so no cost per lead."),
)
NOTES = (
    "The .xlsx calculates with the free add-in xlwings Lite (Home > Add-ins), the .xlsm with Python on this computer "
    "(install.cmd).",
    "The period of all sheets is chosen on Settings; a sheet with a period of its own keeps it.",
    "Over several months, a ratio is a ratio of sums, over the months in which all its inputs are recorded.",
    "=CAC() with nothing between the brackets takes its sheet's channel and period. "
    "In LibreOffice a function does not know its sheet; there it is #N/A.",
    "A word that no function knows gives #VALUE!.",
    "Questions, What if and Metrics are protected, so that nobody types over an answer: "
    "Review > Unprotect Sheet, without a password.",
)
CUSTOM_FIGURE = "Your own figure: record demos in a column of a stage, define demo_rate = demos / visitors."
EXAMPLES = ("cac", "cpl", "ltv", "retention")
CONTENTS = {
    "overview": "The company's figures against target, and every channel beside the others",
    "questions": "What marketing, sales and the board ask, answered in sentences",
    "What if": "Which step would help most, with rates of your own to try",
    Stage.ATTRACT.value: "Being found: impressions, visitors, sessions, content, social media, press",
    Stage.CAPTURE.value: "Becoming known: leads, conversion, cost per lead, landing pages",
    Stage.NURTURE.value: "Becoming ready: qualified leads, programs, email, community",
    Stage.CONVERT.value: "Buying: opportunities, win rate, new customers, acquisition cost, return",
    Stage.EXPAND.value: "Staying: retention, lifetime value, expansion, referral, satisfaction",
    "costs": "Marketing and sales cost, month by month",
    "items": "Keywords, pages, content, calls to action, programs, one by one",
    "targets": "Goals, and how far they are reached",
    "journey": "Who leads each stage, hand-offs, promises, what is missing, and when to review next",
    "content": "Content to show, the questions buyers ask, personas",
    "experiments": "A/B tests, one change at a time, and what each showed",
    "checklists": "Local SEO, email rules, content targets, survey loop, community baselines",
    "metrics": "Every function: what it means, what its number is made of",
    "changes": "What the last refresh brought, what was imported, and what changed since",
    "settings": "Period, currency, fiscal year, channels, metrics and rules of your own",
}
SPARE = 12  # rows for channels that people may add


def start(draft: Draft) -> SheetPlan:
    """Plan the Start sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["start"], color="start")
    sheet.widths |= {1: 34, 2: 44, 3: 18, 4: 60}
    sheet.put(1, 1, word("Customer lifecycle metrics"), "title")
    hint = "Type =CAC() and get the right number. Every figure here is such a function on the tables of this workbook."
    sheet.put(2, 1, word(hint), "subtitle")
    row = _monday(draft, sheet, 4)
    row = _legend(draft, sheet, row + 1)
    row = _examples(draft, sheet, row + 1)
    for i, note in enumerate(NOTES):
        sheet.put(row + 1 + i, 1, word(note), "note")
    row = _contents(draft, sheet, row + len(NOTES) + 2)
    row = legend(draft, sheet, row + 1)
    _channels(draft, sheet, row + 1)
    return sheet


def _monday(draft: Draft, sheet: SheetPlan, row: int) -> int:
    """The steps of the week, each with a link to its sheet. Returns the next row."""
    sheet.put(row, 1, draft.word("Every Monday"), "group")
    for i, (step, key) in enumerate(MONDAY, row + 1):
        sheet.put(i, 1, draft.word(step), "text")
        if key:
            sheet.put(i, 4, *_link(draft.sheet_names[key]))
    return row + 1 + len(MONDAY)


def _legend(draft: Draft, sheet: SheetPlan, row: int) -> int:
    """The meaning of each look. Returns the next row."""
    sheet.put(row, 1, draft.word("How to read it"), "group")
    for i, (sample, style, meaning) in enumerate(LEGEND, row + 1):
        is_word = isinstance(sample, str) and sample[0].isalpha()
        sheet.put(i, 1, draft.word(str(sample)) if is_word else sample, style)
        sheet.put(i, 2, draft.word(meaning), "text")
    return row + 1 + len(LEGEND)


def _examples(draft: Draft, sheet: SheetPlan, row: int) -> int:
    """Functions to try, with their formulas and values, and where to define more. Returns the next row."""
    word = draft.word
    sheet.row(row, 1, [word("Try it"), word("Formula")], "header")
    sheet.put(row, 3, word("Value"), "header_right")
    sheet.put(row, 4, word("What it is"), "header_indent")
    everything = draft.content.everything
    at = quoted(draft.sheet_names["settings"])
    period = Ref(f"{at}!{absolute(PERIOD_CELL)}", draft.content.settings.period)
    for i, name in enumerate(EXAMPLES, row + 1):
        entry = draft.catalogue.metrics[name]
        formula = draft.call(entry.excel_name, everything, period, draft.data)
        sheet.put(i, 1, draft.title(entry), "label")
        sheet.put(i, 2, f'={entry.excel_name}("{everything}",{period.text},Data)', "code")
        sheet.put(i, 3, formula, value_style(entry.unit))
        monthly = f" ({word('by the month')})" if entry.basis is Basis.MONTHLY else ""
        sheet.put(i, 4, draft.function_text(draft.catalogue.formula(entry)) + monthly, "source")
    row += 1 + len(EXAMPLES)
    sheet.put(row, 1, word(CUSTOM_FIGURE), "text")
    sheet.put(row, 4, word(RULES[0].title), "link", f"internal:{at}!{address(CUSTOM_METRICS_CELL)}")
    return row + 1


def _contents(draft: Draft, sheet: SheetPlan, row: int) -> int:
    """A link to every sheet except those of channels. Returns the next row."""
    word, names = draft.word, draft.sheet_names
    sheet.row(row, 1, [word("Sheet"), word("What is there"), "", ""], "header")
    keys = SHEET_KEYS[1:]  # all but Start itself
    for i, key in enumerate(keys, row + 1):
        sheet.put(i, 1, *_link(names[key]))
        sheet.put(i, 2, word(CONTENTS[key]), "text")
    return row + 1 + len(keys)


def _channels(draft: Draft, sheet: SheetPlan, row: int) -> None:
    """A link to the sheet of every channel; they are last, because people add channels."""
    word = draft.word
    sheet.row(row, 1, [draft.content.header("channel"), word("What is there"), "", ""], "header")
    sheet.put(row + 1, 2, word("This channel through all five stages, against its targets."), "text")
    for i, formula in enumerate(_channel_links(draft), row + 1):
        sheet.put(i, 1, formula, "link")


def _channel_links(draft: Draft) -> Iterator[Formula]:
    """A link to the sheet of each row of the table Channels, including rows that people may add."""
    names = [*draft.channel_sheets.values()]
    for i, name in enumerate([*names, *[""] * SPARE]):
        cell = f"{quoted(draft.sheet_names['settings'])}!{absolute((PERIOD_CELL[0] + i, 6))}"
        place = f'"#\'"&SUBSTITUTE({cell},"\'","\'\'")&"\'!A1"'
        yield Formula(f'=IF({cell}="","",HYPERLINK({place},{cell}))', [[name]], array=False)


def _link(sheet: str) -> tuple[str, str, str]:
    return sheet, "link", f"internal:{quoted(sheet)}!A1"
