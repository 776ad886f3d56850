"""The whole workbook as data: every sheet, each cell with the value it has now."""

from __future__ import annotations

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.template.content import Content
from xl_lifecycle.template.draft import PREFIX, Draft
from xl_lifecycle.template.layout import Book, address, quoted
from xl_lifecycle.template.sheets.channel import channel_sheet
from xl_lifecycle.template.sheets.inputs import costs, items
from xl_lifecycle.template.sheets.metrics import metrics
from xl_lifecycle.template.sheets.overview import overview
from xl_lifecycle.template.sheets.settings import settings
from xl_lifecycle.template.sheets.stage import stage_sheet
from xl_lifecycle.template.sheets.start import start
from xl_lifecycle.template.sheets.targets import targets
from xl_lifecycle.vocabulary import Stage

DATA_CELL = (2, 1)  # on Settings


def plan(content: Content, catalogue: Catalogue, prefix: str = PREFIX) -> Book:
    """Plan the workbook for a content. prefix: what functions are spelt with inside the file."""
    draft = Draft(content, catalogue, prefix)
    sheets = [
        start(draft),
        overview(draft),
        *(stage_sheet(draft, stage) for stage in Stage),
        *(channel_sheet(draft, channel) for channel in content.channels),
        costs(draft),
        items(draft),
        targets(draft),
        metrics(draft),
        settings(draft),
    ]
    at = f"={quoted(draft.sheet_names['settings'])}!{address(*DATA_CELL)}"
    return Book(sheets, {"Data": at}, content.settings.currency, content.language)
