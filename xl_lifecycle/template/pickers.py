"""The cells in which people choose what a sheet shows: channel, campaign and period; their lists are on Settings."""

from __future__ import annotations

from xl_lifecycle.content.content import campaigns_of, periods_of
from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.addresses import absolute, absolute_area, quoted
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.template.model import ChoiceList, Formula, SheetPlan
from xl_lifecycle.template.planner import PERIOD_CELL, Draft, Ref, key_of

CHOICES_COLUMN = 33  # on Settings, to the right of the rules: lists of periods, channels, and campaigns by channel
FIGURES_COLUMN = CHOICES_COLUMN + 5  # all figures: function or name, title, unit
CHOICES = {"periods": "PeriodChoices", "channels": "ChannelChoices"}  # the names of the lists
CHANNEL_NAMES = "ChannelNames"  # the channels without All
FIGURES = ("FigureNames", "FigureTitles", "FigureUnits")
MOST_CHOICES = 300


def pick_place(
    draft: Draft, sheet: SheetPlan, row: int, channel: bool = True, campaign: bool = False
) -> tuple[Ref, Ref]:
    """Plan the pickers of a sheet from a row downwards. Returns the chosen channel and period.

    channel: add a picker for the channel (not on the sheet of a channel); campaign: add one for a campaign of it.
    """
    word = draft.word
    choice_value = draft.setting(sheet.name, "channel") or draft.content.everything
    place = Ref(absolute((row, 2)), choice_value)
    if channel:
        sheet.put(row, 1, draft.content.header("channel"), "label")
        sheet.put(row, 2, choice_value, "picker")
        sheet.pickers["channel"] = (row, 2)
        sheet.choices.append(choice(row, 2, "channels", word("Choose a channel, or type channel/campaign")))
    if campaign:
        row += 1
        place = _pick_campaign(draft, sheet, row, place)
    settings = Ref(f"{quoted(draft.sheet_names['settings'])}!{absolute(PERIOD_CELL)}", draft.content.settings.period)
    period = draft.setting(sheet.name, "period")
    sheet.put(row + 1, 1, word("Period"), "label")
    follow = Formula(f"={settings.text}", [[settings.cell]], array=False)
    sheet.put(row + 1, 2, follow if period is None else period, "picker")
    sheet.pickers["period"] = (row + 1, 2)
    hint, again = word("Choose a period, or type one: 2026-Q1, YTD, all"), word("To follow Settings again:")
    sheet.choices.append(choice(row + 1, 2, "periods", f"{hint}. {again} ={settings.text}"))
    return place, Ref(absolute((row + 1, 2)), settings.value if period is None else period)


def _pick_campaign(draft: Draft, sheet: SheetPlan, row: int, channel: Ref) -> Ref:
    """Plan a picker for a campaign of the channel above it, and beside it channel/campaign. Returns that."""
    campaign = draft.setting(sheet.name, "campaign")
    sheet.put(row, 1, draft.content.header("campaign"), "label")
    sheet.put(row, 2, campaign, "picker")
    sheet.pickers["campaign"] = (row, 2)
    at = quoted(draft.sheet_names["settings"])
    first, last = PERIOD_CELL[0], PERIOD_CELL[0] + MOST_CHOICES - 1
    channels = f"{at}!{absolute_area((first, CHOICES_COLUMN + 2, last, CHOICES_COLUMN + 2))}"
    start = f"{at}!{absolute((first, CHOICES_COLUMN + 3))}"
    source = f"=OFFSET({start},MATCH({channel.text},{channels},0)-1,0,COUNTIF({channels},{channel.text}),1)"
    sheet.choices.append(
        ChoiceList(row, 2, source, draft.word("Choose one of the channel's campaigns; empty: all of it"))
    )
    cell = absolute((row, 2))
    both = f"{channel.cell}/{campaign}" if campaign else channel.cell
    sheet.put(
        row, 3, Formula(f'=IF({cell}="",{channel.text},{channel.text}&"/"&{cell})', [[both]], array=False), "note"
    )
    return Ref(absolute((row, 3)), both)


def choice(row: int, column: int, kind: str, hint: str, rows: int = 1) -> ChoiceList:
    """A list to choose from, which is on Settings: periods or channels."""
    return ChoiceList(row, column, f"={CHOICES[kind]}", hint, rows)


def period_choices(draft: Draft) -> list[Scalar]:
    """Periods worth choosing for the months of the workbook, widest first."""
    relative = [draft.word(text) for text in ("all", "YTD", "last 3 months")]
    return [*relative, *periods_of(draft.content.months)]


def figure_choices(draft: Draft) -> list[list[Scalar]]:
    """Every metric and measure: its function or name, its title, its unit."""
    catalogue = draft.catalogue
    entries: list[Measure | Metric] = [*catalogue.metrics.values(), *catalogue.measures.values()]
    return [[key_of(entry), draft.title(entry), draft.word(entry.unit.value)] for entry in entries]


def campaign_choices(draft: Draft) -> list[list[Scalar]]:
    """The campaigns of each channel, by channel."""
    content = draft.content
    return [[content.place(channel), campaign] for channel, campaign in campaigns_of(content)]


def choice_names(draft: Draft) -> dict[str, str]:
    """The names of the lists: each refers to the cells that its table fills, however many."""
    at = quoted(draft.sheet_names["settings"])
    first, last = PERIOD_CELL[0], PERIOD_CELL[0] + MOST_CHOICES - 1
    names = {}
    for i, name in enumerate(CHOICES.values()):
        cells = f"{at}!{absolute_area((first, CHOICES_COLUMN + i, last, CHOICES_COLUMN + i))}"
        names[name] = f"={at}!{absolute((first, CHOICES_COLUMN + i))}:INDEX({cells},COUNTA({cells}))"
    for column, name in enumerate(FIGURES, FIGURES_COLUMN):
        names[name] = f"={at}!{absolute_area((first, column, last, column))}"
    company = absolute((first, CHOICES_COLUMN + 1))
    return names | {
        CHANNEL_NAMES: names[CHOICES["channels"]].replace(company, absolute((first + 1, CHOICES_COLUMN + 1)), 1)
    }
