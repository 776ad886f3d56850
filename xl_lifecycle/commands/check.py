"""Finds what is wrong or missing in a workbook; each finding has its sheet and cell."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from xl_lifecycle.content.content import BUDGETS, INPUT_TABLES
from xl_lifecycle.content.read_content import rules_in
from xl_lifecycle.core.catalogue.catalogue import Catalogue, nearest
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.cells.periods import parse_period
from xl_lifecycle.core.cells.values import Scalar, is_blank, name_in
from xl_lifecycle.core.dataset.dataset import FOLLOWERS, NETWORK, Dataset
from xl_lifecycle.core.dataset.tables import Fact, Tables
from xl_lifecycle.core.language.channels import CHANNELS
from xl_lifecycle.core.language.vocabulary import NOT_ATTRIBUTED, Across, OverTime
from xl_lifecycle.core.sheet_meaning import period_row
from xl_lifecycle.exports.declaration import titles
from xl_lifecycle.template.maker_version import maker_version, mismatch
from xl_lifecycle.xlsx.saved_book import SavedBook

Read = Callable[[Scalar], object]
CHANCE = 50  # sums of smaller counts agree by chance


@dataclass(frozen=True)
class Finding:
    """A finding. serious: a number would be wrong or missing; otherwise it is something to look at."""

    where: str
    text: str
    serious: bool = True


def check(book: SavedBook, catalogue: Catalogue) -> list[Finding]:
    """All findings, the serious ones first."""
    tables = book.dataset_tables(catalogue)
    dataset = Dataset(tables)
    full_catalogue = dataset.catalogue
    findings = [Finding(_where(book, p.table, p.row, p.column), p.text) for p in dataset.problems]
    rules = rules_in(tables, {name: at.grid for name, at in book.tables.items()}, catalogue, titles())
    wrong = [*rules.problems, *(problem for _, problem in rules.unknown_sources)]
    findings += [Finding(_where(book, p.table, p.row, p.column), p.text) for p in wrong]
    findings += _networks(book, tables)
    findings += _columns(book, full_catalogue)
    findings += _targets(book, dataset)
    findings += _pickers(book, tables, catalogue, dataset)
    findings += _double_counts(book, tables.facts, full_catalogue)
    findings += _gaps(book, tables.facts, dataset, full_catalogue)
    findings += _channels(book, tables.facts, tables.channels)
    if "data" not in book.book.names():
        findings.append(Finding("Settings", "the name Data is missing; name the cell with =DATASET(...) Data"))
    if message := mismatch(maker_version(book.path)):
        findings.append(Finding(book.path.name, message, serious=False))
    return sorted(findings, key=lambda finding: not finding.serious)


def _where(book: SavedBook, table: str, row: int, column: int) -> str:
    return book.tables[table].cell(row, column) if table in book.tables else table


def _networks(book: SavedBook, tables: Tables) -> Iterable[Finding]:
    """Networks whose followers do not count, because they are not in the list on Settings."""
    listed = {name.casefold() for name in tables.networks}
    seen: set[str] = set()
    for fact in tables.facts if listed else ():
        kind, name = fact.item or ("", "")
        if kind == NETWORK and fact.measure == FOLLOWERS and name.casefold() not in listed | seen:
            seen.add(name.casefold())
            hint = nearest(name, tables.networks)
            text = f'the network "{name}" is not listed on Settings, table Networks{hint}: its followers do not count'
            yield Finding(_where(book, fact.table, fact.row, 0), text, serious=bool(hint))


def _columns(book: SavedBook, catalogue: Catalogue) -> Iterable[Finding]:
    """Measures without a column, and columns that are not a measure."""
    for table in INPUT_TABLES:
        at = book.tables[table.value]
        heads = [str(head) for head in at.grid[0]]
        measures = {measure.name for head in heads if (measure := catalogue.measure_of(head))}
        missing = [measure for measure in catalogue.table(table) if measure.name not in measures]
        strange = [(i, head) for i, head in enumerate(heads) if i > 2 and not catalogue.measure_of(head)]
        for i, head in strange:
            hint = nearest(head, [measure.title for measure in missing])
            yield Finding(at.cell(0, i), f'the column "{head}" is not a measure we know{hint}', serious=bool(hint))
        for measure in missing:
            yield Finding(at.cell(0, 0), f'{table.value} has no column "{measure.title}"')


def _targets(book: SavedBook, dataset: Dataset) -> Iterable[Finding]:
    """Targets and budgets that no function can use, and duplicate ones."""
    place: tuple[Read, ...] = (
        lambda cell: dataset.select(name_in(cell, "channel")),
        lambda cell: parse_period(cell, dataset.settings.fiscal),
    )
    yield from _numbers(book, "Targets", "target", (lambda cell: dataset.catalogue.find(name_in(cell, "name")), *place))
    if BUDGETS in book.tables:
        yield from _numbers(book, BUDGETS, "budget", place)
        at = book.tables[BUDGETS]
        for row, cells in enumerate(at.grid[1:], 1):
            expected = cells[3] if len(cells) > 3 else None
            if not (is_blank(expected) or _is_number(expected)):
                yield Finding(at.cell(row, 3), "the expected ROI is not a number")


def _numbers(book: SavedBook, table: str, what: str, reads: Sequence[Read]) -> Iterable[Finding]:
    """What is wrong with the columns that say what a number is for, and with the number to their right."""
    at = book.tables[table]
    seen: set[tuple[object, ...]] = set()
    for row, cells in enumerate(at.grid[1:], 1):
        cells = [*cells, *[None] * 4]
        if is_blank(cells[0]):
            continue
        key: list[object] = []
        for column, read in enumerate(reads):
            try:
                key.append(read(cells[column]))
            except Refusal as refusal:
                yield Finding(at.cell(row, column), refusal.reason)
        if len(key) == len(reads) and tuple(key) in seen:
            place = ", ".join(str(cell) for cell in cells[: len(reads)])
            yield Finding(at.cell(row, 0), f"{place} has two {what}s; keep one")
        seen.add(tuple(key))
        if not _is_number(cells[len(reads)]):
            yield Finding(at.cell(row, len(reads)), f"the {what} is not a number")


def _is_number(cell: Scalar) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _pickers(book: SavedBook, tables: Tables, catalogue: Catalogue, dataset: Dataset) -> Iterable[Finding]:
    """A period, channel or figure that no function can use, on Settings or in a sheet's pickers."""
    settings = book.tables["Settings"]
    tests: dict[str, Callable[[Scalar], object]] = {
        "period": lambda cell: parse_period(cell, dataset.settings.fiscal),
        "channel": lambda cell: dataset.select(str(cell)),
        "campaign": lambda cell: _campaign(dataset, str(cell)),
        "figure": lambda cell: dataset.catalogue.find(str(cell)),
    }
    choices = [(f"{sheet}!{cell}", key, value) for sheet, cell, key, value in book.choices(tables, catalogue)]
    row = period_row(cells[0] for cells in settings.grid)
    setting = [] if row is None else [(settings.cell(row, 1), "period", settings.grid[row][1])]
    for where, key, value in [*setting, *choices]:
        try:
            tests[key.partition(" ")[0]](value)
        except Refusal as refusal:
            yield Finding(where, refusal.reason)


def _campaign(dataset: Dataset, campaign: str) -> None:
    names = [name for by_name in dataset.campaigns.values() for name in by_name.values()]
    if campaign.casefold() not in map(str.casefold, names):
        raise Refusal(ExcelError.VALUE, f'"{campaign}" is not a campaign of any channel{nearest(campaign, names)}')


def _double_counts(book: SavedBook, facts: Iterable[Fact], catalogue: Catalogue) -> Iterable[Finding]:
    """A row without a campaign that equals the sum of the channel's campaigns is probably their total."""
    groups: dict[tuple[str, int, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.item is None and catalogue.measures[fact.measure].across is Across.SUM:
            groups[fact.measure, fact.month, fact.channel].append(fact)
    for (measure, month, channel), group in groups.items():
        rest = [fact for fact in group if not fact.campaign]
        values = [fact.value for fact in group if fact.campaign]
        if len(rest) == 1 and len(values) > 1 and rest[0].value and math.isclose(rest[0].value, math.fsum(values)):
            label = catalogue.measures[measure].title
            text = f"{label} of {channel} in {month_text(month)} without a campaign equals the sum of its campaigns"
            where = _where(book, rest[0].table, rest[0].row, 0)
            yield Finding(where, f"{text}: it counts twice if it is their total", serious=rest[0].value >= CHANCE)


def _gaps(book: SavedBook, facts: Iterable[Fact], dataset: Dataset, catalogue: Catalogue) -> Iterable[Finding]:
    """A stock without a row for a month between two others counts as 0 in that month."""
    rows: dict[tuple[str, str, str], dict[int, Fact]] = defaultdict(dict)
    for fact in facts:
        if fact.item is None and catalogue.measures[fact.measure].over_time in (OverTime.FIRST, OverTime.LAST):
            rows[fact.measure, fact.channel, fact.campaign][fact.month] = fact
    for (measure, channel, campaign), months in rows.items():
        covered = dataset.covered(measure)
        missing = [m for m in range(min(months), max(covered) + 1) if m in covered and m not in months]
        if missing:
            place = f"{channel}/{campaign}" if campaign else channel
            text = f"{catalogue.measures[measure].title} of {place} has no row for {month_text(missing[0])}"
            last = months[max(month for month in months if month < missing[0])]
            yield Finding(_where(book, last.table, last.row, 0), f"{text}: it counts as 0 there", serious=False)


def _channels(book: SavedBook, facts: Iterable[Fact], listed: list[str]) -> Iterable[Finding]:
    """Channels that are not listed. One that looks like a listed channel is probably misspelt."""
    names = [*listed, *CHANNELS, NOT_ATTRIBUTED]
    seen: set[str] = set()
    for fact in facts:
        if fact.channel not in names and fact.channel not in seen:
            seen.add(fact.channel)
            hint = nearest(fact.channel, listed)
            where = _where(book, fact.table, fact.row, 1)
            yield Finding(where, f'the channel "{fact.channel}" is not listed on Settings{hint}', serious=bool(hint))
