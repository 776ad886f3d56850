"""Settings: the period, currency and fiscal year; the channels; and the cell named Data."""

from __future__ import annotations

from dataclasses import dataclass

from xl_lifecycle.content.content import INPUT_TABLES
from xl_lifecycle.core.catalogue.custom_metrics import TABLE as CUSTOM_METRICS
from xl_lifecycle.core.cells.months import month_serial
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.language.vocabulary import Better, Unit
from xl_lifecycle.template.model import ChoiceList, Formula, SheetPlan, TablePlan
from xl_lifecycle.template.pickers import (
    CHOICES_COLUMN,
    FIGURES_COLUMN,
    campaign_choices,
    choice,
    figure_choices,
    period_choices,
)
from xl_lifecycle.template.planner import FIRST_MONTH_CELL, PERIOD_CELL, Draft

NOTES = (
    "For every sheet without a period of its own: 2026, 2026-Q1, YTD, last 3 months, all",
    "The currency of every amount, as a three-letter code",
    "en, ko or ja; used when the workbook is made",
    "1 to 12; 1 is January",
    "end or start: FY2026 is the year that ends, or that starts, in 2026",
    "Read by Refresh in Excel for Windows and by the command line; relative to this workbook",
    "Files or Import sheets, separated by ; used where two disagree and no export date decides",
)
RULES_COLUMN = 8
CUSTOM_METRICS_CELL = (PERIOD_CELL[0] - 1, RULES_COLUMN)  # the first header of the first table of rules
ARTEFACTS = {"LeadDefinitions": "X22", "Networks": "X18"}


@dataclass(frozen=True)
class RuleTable:
    """A table of rules: its explanation in three lines, and the widths and styles of its columns."""

    name: str
    title: str
    explanation: tuple[str, str, str]
    widths: tuple[int, ...]
    styles: tuple[str, ...]


RULES = (
    RuleTable(
        name=CUSTOM_METRICS,
        title="Metrics of your own",
        explanation=(
            'Name demo_rate, expression demos / visitors, then =KPI("demo_rate",channel,period,Data).',
            "Use names of measures, metrics, or columns that you add to a stage's table, and + - * / ( ).",
            "Put a name with other signs in [ ]. A ratio of several months is a ratio of sums.",
        ),
        widths=(24, 50, 14, 14),
        styles=("input text",) * 4,
    ),
    RuleTable(
        name="ChannelRules",
        title="Channels and campaigns of exports",
        explanation=(
            "What an export has on the left becomes the channel and campaign on the right.",
            "A blank cell fits anything, * any letters, ? one letter. The first row that fits counts.",
            "E.g. source GA4, channel Paid Social → Social media; campaign Brand* → Paid ads, Brand.",
        ),
        widths=(28, 23, 24, 20, 20),
        styles=("input text",) * 5,
    ),
    RuleTable(
        name="LeadDefinitions",
        title="Leads and deals, as agreed with sales",
        explanation=(
            "A record counts as the measure if its column holds one of the values; not as the export defines it.",
            "Leads, MQLs, SQLs, opportunities; closed, won, no-decision deals. Values separated by ; * and ? as left.",
            "It counts in the month of its own date or, without one, in the month it was created.",
        ),
        widths=(22, 28, 26, 38),
        styles=("input text",) * 4,
    ),
    RuleTable(
        name="SourceRules",
        title="Which source wins",
        explanation=(
            "One source for each measure; the values of others are left out.",
            "Source: its name in the report, or the start of it: HubSpot.",
            "Without a row, leads are the CRM's; two CRMs are refused.",
        ),
        widths=(24, 34),
        styles=("input text",) * 2,
    ),
    RuleTable(
        name="ExchangeRates",
        title="Exchange rates",
        explanation=(
            "1 unit of it = Rate units of this workbook's",
            "currency, from that month on. An amount is",
            "converted at the rate of its own month.",
        ),
        widths=(13, 16, 14),
        styles=("input text", "input month", "input number"),
    ),
    RuleTable(
        name="Networks",
        title="Social networks",
        explanation=(
            "Only their followers count for the",
            "whole company: their sum in Items.",
            "No rows: the column Followers.",
        ),
        widths=(34,),
        styles=("input text",),
    ),
)


def settings(draft: Draft) -> SheetPlan:
    """Plan the Settings sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["settings"], color="start")
    sheet.put(1, 1, word("Settings"), "title")
    sheet.put(2, 1, word("Settings for the whole workbook."), "subtitle")
    sheet.widths |= {1: 32, 2: 26, 3: 68, 4: 3, 5: 22, 6: 22, 7: 3}
    _rules(draft, sheet)
    sheet.printed = CHOICES_COLUMN - 2
    sheet.widths |= {CHOICES_COLUMN: 16, CHOICES_COLUMN + 1: 22, CHOICES_COLUMN + 2: 22, CHOICES_COLUMN + 3: 26}
    sheet.widths |= {FIGURES_COLUMN: 32, FIGURES_COLUMN + 1: 36, FIGURES_COLUMN + 2: 12}
    sheet.put(3, 1, word("Data"), "label")
    sheet.put(3, 2, draft.dataset, "fixed")
    sheet.put(
        3, 3, word("All tables as one: give Data to a function and Excel recalculates it when a table changes"), "note"
    )
    sheet.put(FIRST_MONTH_CELL[0], 1, word("First month shown"), "label")
    sheet.put(*FIRST_MONTH_CELL, _first_month(draft), "fixed_month")
    sheet.put(FIRST_MONTH_CELL[0], 3, word("Sheets show one year: the last that the tables have rows for"), "note")
    header, *rows = draft.grids["Settings"]
    first = PERIOD_CELL[0] - 1
    sheet.put(first - 1, 1, word("Settings"), "group")
    styles = ["input label", "input text"]
    sheet.tables.append(TablePlan("Settings", first, 1, [str(cell) for cell in header], rows, styles))
    for i, note in enumerate(NOTES, first + 1):
        sheet.put(i, 3, word(note), "note")
    sheet.choices.append(choice(*PERIOD_CELL, "periods", word("Choose a period, or type one: 2026-Q1, YTD, all")))
    sheet.choices.append(ChoiceList(first + 3, 2, "en,ko,ja", word(NOTES[2])))
    sheet.choices.append(ChoiceList(first + 5, 2, "end,start", word(NOTES[4])))
    sheet.put(first - 1, 5, word("Channels"), "group")
    sheet.artefacts["X21"] = (first, 5)
    header, *rows = draft.grids["Channels"]
    sheet.tables.append(
        TablePlan("Channels", first, 5, [str(cell) for cell in header], rows, ["input text", "input label"])
    )
    periods: list[list[Scalar]] = [[period] for period in period_choices(draft)]
    channels: list[list[Scalar]] = [[channel] for channel in draft.channel_list()]
    sheet.tables.append(TablePlan("Periods", first, CHOICES_COLUMN, [word("Periods to choose")], periods, ["choice"]))
    sheet.tables.append(
        TablePlan("Places", first, CHOICES_COLUMN + 1, [word("Channels to choose")], channels, ["choice"])
    )
    heads = [draft.content.header("channel"), word("Campaigns to choose")]
    campaigns = campaign_choices(draft) or [[None, None]]
    sheet.tables.append(TablePlan("Campaigns", first, CHOICES_COLUMN + 2, heads, campaigns, ["choice"] * 2))
    heads = [word("Function"), word("Figures to choose"), word("Unit")]
    sheet.tables.append(TablePlan("Figures", first, FIGURES_COLUMN, heads, figure_choices(draft), ["choice"] * 3))
    return sheet


def _rules(draft: Draft, sheet: SheetPlan) -> None:
    """Put the tables of rules side by side, each below its explanation."""
    column, header_row = RULES_COLUMN, PERIOD_CELL[0] - 1
    for rules in RULES:
        header, *rows = draft.rules[rules.name]
        sheet.put(header_row - 4, column, draft.word(rules.title), "group")
        if rules.name in ARTEFACTS:
            sheet.artefacts[ARTEFACTS[rules.name]] = (header_row, column)
        for i, line in enumerate(rules.explanation):
            sheet.put(header_row - 3 + i, column, draft.word(line), "note")
        heads = [str(cell) for cell in header]
        sheet.tables.append(TablePlan(rules.name, header_row, column, heads, rows, rules.styles))
        sheet.widths |= dict(enumerate((*rules.widths, 3), column))
        if rules.name == CUSTOM_METRICS:
            for offset, words, hint in ((2, Unit, "The unit of the metric"), (3, Better, "Which direction is better")):
                source = ",".join(draft.word(member.value) for member in words)
                for row in range(header_row + 1, header_row + 1 + len(rows)):
                    sheet.choices.append(ChoiceList(row, column + offset, source, draft.word(hint)))
        column += len(rules.widths) + 1


def _first_month(draft: Draft) -> Formula:
    """The month eleven months before that of the last row, or the month of the first row if that is later."""
    months = ",".join(f"{table.value}[{draft.content.header('month')}]" for table in INPUT_TABLES)
    text = f"=MAX(EOMONTH(MIN({months}),-1),EOMONTH(MAX({months}),-12))+1"
    return Formula(text, [[month_serial(draft.months[0])]], array=False)
