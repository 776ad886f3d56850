"""Start: what the workbook is, the four functions to try, and where everything stands."""

from __future__ import annotations

from xl_lifecycle.template.draft import BEFORE_CHANNELS, OWN_SHEETS, Draft, Ref, value_style
from xl_lifecycle.template.layout import Sheet, address, quoted
from xl_lifecycle.vocabulary import Stage

STEPS = (
    "1. Fill the pale cells, or paste an export on a new sheet named Import and press Refresh.",
    "2. Look at Overview, at a stage, or at a channel. Choose a channel and a period in the pale cells on top.",
    "3. Type a function of your own in any cell, as below. Metrics explains every number.",
)
NOTES = (
    "What is not recorded is #N/A and never 0. Nothing to divide by is #DIV/0!. A word we do not know is #VALUE!.",
    "Over several months, a ratio is a ratio of sums, over the months in which all its inputs are recorded.",
    "=CAC() with nothing between the brackets is for where you stand: its sheet's channel and period. "
    "LibreOffice does not tell a function where it stands; there it is #N/A.",
)
TRIED = ("cac", "cpl", "ltv", "retention")
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
    "metrics": "Every function: what it means, what its number is made of",
    "changes": "What the last refresh brought, what was imported, and what changed since",
    "settings": "Period, currency, fiscal year, channels",
}


def start(draft: Draft) -> Sheet:
    """Plan the Start sheet."""
    word = draft.word
    sheet = Sheet(draft.sheet_names["start"], color="start")
    sheet.widths |= {0: 34, 1: 40, 2: 18, 3: 70}
    sheet.put(0, 0, word("Customer lifecycle metrics"), "title")
    sheet.put(
        1,
        0,
        word(
            "Type =CAC() and get the right number. Every figure here is such a function on the tables of this workbook."
        ),
        "subtitle",
    )
    for i, step in enumerate(STEPS, 3):
        sheet.put(i, 0, word(step), "text")
    row = 7
    sheet.row(row, 0, [word("Try it"), word("Formula"), word("Value"), word("What it is")], "header")
    sheet.put(row, 2, word("Value"), "header_right")
    everything = draft.content.everything
    at = quoted(draft.sheet_names["settings"])
    period = Ref(f"{at}!{address(6, 1)}", draft.content.settings.period)
    for i, name in enumerate(TRIED, row + 1):
        entry = draft.catalogue.metrics[name]
        formula = draft.call(entry.excel_name, everything, period, draft.data)
        sheet.put(i, 0, draft.title(entry), "label")
        sheet.put(i, 1, f'={entry.excel_name}("{everything}",{period.text},Data)', "code")
        sheet.put(i, 2, formula, value_style(entry.unit))
        sheet.put(i, 3, entry.formula, "note")
    row += len(TRIED) + 2
    for i, note in enumerate(NOTES, row):
        sheet.put(i, 0, word(note), "note")
    row += len(NOTES) + 1
    sheet.row(row, 0, [word("Sheet"), word("What stands there")], "header")
    own, channel = draft.sheet_names, "This channel through all five stages, against its targets."
    listed = [(own[key], CONTENTS[key]) for key in BEFORE_CHANNELS if key != "start"]
    listed += [(name, channel) for name in draft.channel_sheets.values()]
    listed += [(own[key], CONTENTS[key]) for key in OWN_SHEETS if key not in BEFORE_CHANNELS]
    for i, (name, text) in enumerate(listed, row + 1):
        sheet.put(i, 0, name, "link", f"internal:{quoted(name)}!A1")
        sheet.put(i, 1, word(text), "text")
    return sheet
