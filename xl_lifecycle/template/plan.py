"""Plans the workbook as data: every sheet, and each cell with its present value."""

from __future__ import annotations

from xl_lifecycle.content.content import Content
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.addresses import absolute, address, quoted
from xl_lifecycle.core.language.vocabulary import Stage
from xl_lifecycle.template.finish import finish
from xl_lifecycle.template.model import Button, WorkbookPlan
from xl_lifecycle.template.pickers import choice_names
from xl_lifecycle.template.planner import PREFIX, Draft
from xl_lifecycle.template.sheets.changes import changes
from xl_lifecycle.template.sheets.channel import channel_sheet
from xl_lifecycle.template.sheets.checklists import checklists
from xl_lifecycle.template.sheets.content_audit import content as content_sheet
from xl_lifecycle.template.sheets.experiments import experiments
from xl_lifecycle.template.sheets.inputs import costs, items
from xl_lifecycle.template.sheets.journey import journey
from xl_lifecycle.template.sheets.metrics import metrics
from xl_lifecycle.template.sheets.overview import overview
from xl_lifecycle.template.sheets.questions_sheet import questions
from xl_lifecycle.template.sheets.settings import settings
from xl_lifecycle.template.sheets.stage import stage_sheet
from xl_lifecycle.template.sheets.start import start
from xl_lifecycle.template.sheets.targets import targets
from xl_lifecycle.template.sheets.what_if_sheet import what_if

DATA_CELL = (3, 2)  # on Settings


BUTTON_CELL = (1, 3)  # on every sheet; a button without a macro selects this cell on Start


def plan(content: Content, catalogue: Catalogue, prefix: str = PREFIX, macro: str = "") -> WorkbookPlan:
    """Plan the workbook for a content. prefix: of functions inside the file; macro: of the buttons."""
    draft = Draft(content, catalogue, prefix)
    audit, tables = content_sheet(draft)
    sheets = [
        start(draft),
        overview(draft),
        questions(draft),
        what_if(draft),
        *(stage_sheet(draft, stage) for stage in Stage),
        *(channel_sheet(draft, channel) for channel in content.channels),
        costs(draft),
        items(draft),
        targets(draft),
        journey(draft, tables),
        audit,
        experiments(draft),
        checklists(draft),
        metrics(draft),
        changes(draft),
        settings(draft),
    ]
    for sheet in sheets:
        sheet.buttons.append(_refresh_button(draft, macro))
        finish(draft, sheet)
    at = f"={quoted(draft.sheet_names['settings'])}!{absolute(DATA_CELL)}"
    names = {"Data": at} | choice_names(draft)
    return WorkbookPlan(sheets, names, content.settings.currency, content.language)


def _refresh_button(draft: Draft, macro: str) -> Button:
    start = quoted(draft.sheet_names["start"])
    link = "" if macro else f"internal:{start}!{address(BUTTON_CELL)}"
    hint = draft.word("Reads the exports pasted on sheets named Import, and brings every figure up to date")
    return Button(*BUTTON_CELL, draft.word("Refresh"), hint, macro, link)
