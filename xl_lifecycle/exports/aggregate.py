"""Reads reports whose rows are sums already: a value for each period, channel and campaign."""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import first_day, last_day, month_of
from xl_lifecycle.core.cells.values import MOST_AMOUNT
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import ALL, Across, OverTime, Unit
from xl_lifecycle.core.metrics.measures import called
from xl_lifecycle.exports.currency import Exchange
from xl_lifecycle.exports.dates import explain_unreadable, find_day, find_month, parse_range
from xl_lifecycle.exports.decode import ExportRow, text_cells
from xl_lifecycle.exports.facts import (
    MEASURE,
    MEDIANS,
    Check,
    CoveredSpan,
    ExportFact,
    Import,
    Piece,
    day_name,
    is_unique,
)
from xl_lifecycle.exports.numbers import is_bound, parse_number
from xl_lifecycle.exports.recognise import ExportTable, find_columns, is_grand_total, line_of

Range = tuple[date, date]
SIGN = re.compile(r"[$€£¥￥₩원円₹]|\b[A-Z]{3}\b")
SIGNS = {"￥": "¥", "円": "¥", "원": "₩"}


def read_aggregate(table: ExportTable, remarks: list[str], rules: Rules) -> Import:
    """Read a report as facts. It is refused if it does not reconcile."""
    declaration, exchange = table.declaration, Exchange(rules, table.file)
    currencies = currencies_of(table, table.body, bool(rules.currency))
    mixed = len(currencies) > 1
    currency = "" if mixed else next(iter(currencies), "")
    whole = None if declaration.shape == "plain" else stated_range(table)
    roles = {measure: role for measure, ways in declaration.measures.items() if (role := first_of(table, ways))}
    if "day" in table.columns or ("end" in table.columns and len(table.starts) > 1):
        for measure in [measure for measure in roles if is_unique(measure)]:
            del roles[measure]
            message = "{label} left out: the figures of single days do not add up to a month; export by month"
            remarks.append(Text(message, label=called(measure)))
    for measure in [measure for measure in roles if measure in declaration.where]:
        if (by := declaration.where[measure][0]) not in table.columns:
            del roles[measure]
            message = "{label} left out: export the column {column!r}, which says what is counted"
            remarks.append(Text(message, label=called(measure), column=declaration.columns[by][0]))
    pieces: list[Piece] = []
    rows: dict[str, int] = defaultdict(int)
    for row in table.body:
        start, end = row_range(table, row, whole)
        if declaration.shape != "plain" and month_of(start) != month_of(end):
            span = f"{day_name(start)} to {day_name(end)}"
            raise SourceError(f"{table.file}, line {row.line} covers {span}: export by day or by calendar month")
        channel = channel_in(table, row) if declaration.channel is None else declaration.channel
        campaign = table.cell(row, "campaign")
        if declaration.shape == "plain" and declaration.grand_total.search(campaign):
            raise SourceError(f"{table.where(row, 'campaign')}: {campaign!r} is not a campaign: leave out totals")
        if declaration.shape == "aggregate" and "campaign" in table.columns and not campaign:
            raise SourceError(f"{table.where(row, 'campaign')} is empty: name the campaign, or remove the row")
        if declaration.shape != "plain":
            channel, campaign = rules.place(declaration.title, table.cell(row, "channel"), channel, campaign)
        for measure, role in roles.items():
            value = number_in(table, row, role, MEASURE[measure].negative, remarks)
            if value is not None and _counts(table, row, measure):
                if value and mixed and is_amount(measure):
                    value = exchange.convert(value, currency_in(table, row), month_of(start))
                pieces.append(Piece(start, end, channel, campaign, measure, value))
                rows[measure] += 1
    pieces = _without_crowds(pieces, roles, remarks)
    if not pieces:
        raise SourceError(f"{table.file} has headers but no values below them: export it with data")
    if declaration.shape == "plain":
        pieces = _without_repeats(table, pieces)
        moved = (rules.place(declaration.title, p.channel, p.channel, p.campaign) for p in pieces)
        pieces = [p._replace(channel=at[0], campaign=at[1]) for p, at in zip(pieces, moved, strict=True)]
        pieces = _without_crowds(pieces, roles, remarks)
        remarks += _unknown_columns(table)
        spans = _spans_of_months(pieces)
    else:
        first, last = whole or (min(piece.start for piece in pieces), max(piece.end for piece in pieces))
        spans = tuple(CoveredSpan(measure, first, last, rows[measure]) for measure in sorted(roles))
    checks = _reconcile(table, roles, pieces, remarks, mixed)
    pieces = [
        p._replace(value=exchange.convert(p.value, currency, month_of(p.start))) if is_amount(p.measure) else p
        for p in pieces
    ]
    remarks += exchange.remarks
    return Import(
        table.file,
        declaration.title,
        facts_of(pieces),
        (),
        min(s.first for s in spans),
        max(s.last for s in spans),
        tuple(sorted({span.measure for span in spans})),
        checks,
        tuple(dict.fromkeys(remarks)),
        (rules.currency or currency) if currencies else "",
        spans,
        tuple(sorted(pieces)),
    )


def _counts(table: ExportTable, row: ExportRow, measure: str) -> bool:
    """Whether a row's value counts for the measure: "results" may be conversions, clicks or something else."""
    role, pattern = table.declaration.where.get(measure, ("", None))
    return pattern is None or bool(pattern.search(table.cell(row, role)))


def _without_crowds(pieces: list[Piece], roles: dict[str, str], remarks: list[str]) -> list[Piece]:
    """Drop measures that count people if a campaign has several rows: one person may be in more than one row."""
    for measure in [measure for measure in roles if MEASURE[measure].across is Across.NONE]:
        keys = [piece[:4] for piece in pieces if piece.measure == measure]
        if len(set(keys)) < len(keys):
            del roles[measure]
            message = "{label} left out: the people counted in parts of a campaign do not add up; export by campaign"
            remarks.append(Text(message, label=called(measure)))
    return [piece for piece in pieces if piece.measure in roles]


def first_of(table: ExportTable, roles: Iterable[str]) -> str | None:
    """The first of several roles for which the file has a column."""
    return next((role for role in roles if role in table.columns), None)


def channel_in(table: ExportTable, row: ExportRow) -> str:
    """The channel of a row."""
    text = table.cell(row, "channel")
    if not text:
        return table.declaration.no_channel
    channel = table.declaration.channel_of(text)
    if channel == ALL or "/" in channel or table.declaration.grand_total.search(text):
        raise SourceError(
            f'{table.where(row, "channel")}: {text!r} cannot be a channel: "All" and names with "/" '
            "have a special meaning; leave out totals, or rename the channel"
        )
    return channel


def number_in(table: ExportTable, row: ExportRow, role: str, negative: bool, remarks: list[str]) -> float | None:
    """A cell's number; None if it is empty or withheld."""
    text = table.cell(row, role)
    if not text:
        return None
    if is_bound(text):
        message = "{where}: {text!r} is withheld, not a number; left out"
        remarks.append(Text(message, where=table.where(row, role), text=text))
        return None
    value = parse_number(text, table.comma)
    if value is None or not math.isfinite(value) or text[-1] in "%％":
        raise SourceError(f"{table.where(row, role)}: {text!r} is not a number: correct the cell, or export again")
    if abs(value) > MOST_AMOUNT:
        raise SourceError(f"{table.where(row, role)}: {text} is too large: correct the cell, or export again")
    if value < 0 and not negative:
        raise SourceError(f"{table.where(row, role)}: {text} is negative: correct the cell, or export again")
    return value


def stated_range(table: ExportTable) -> Range | None:
    """The range of dates in the lines above the table, if there is one."""
    declaration, result = table.declaration, table.whole
    for row in table.preamble:
        if declaration.range_line:
            line = line_of(row).strip('"')
            result = parse_range(line) or parse_range(", ".join(text_cells(row))) or result
    lines = "\n".join(map(line_of, table.preamble))
    starts, ends = declaration.range_start.findall(lines), declaration.range_end.findall(lines)
    if starts and ends and (first := find_day(starts[-1], table.order)) and (last := find_day(ends[-1], table.order)):
        result = (first, last)
    if result and result[0] > result[1]:
        raise SourceError(f"{table.file}: its range ends before it starts: export it again")
    date_columns = {"day", "week", "month", "start"} & set(table.columns)
    if not date_columns and not result:
        raise SourceError(
            f"{table.file} states no dates: export one calendar month, or add a column for the day or month"
        )
    if not date_columns and result and month_of(result[0]) != month_of(result[1]):
        span = f"{day_name(result[0])} to {day_name(result[1])}"
        raise SourceError(
            f"{table.file} covers {span} without dates in its rows: export it by month, or one month a file"
        )
    return result


def row_range(table: ExportTable, row: ExportRow, whole: Range | None) -> Range:
    """The days of a row: its day, its month within the file's range, or the file's range."""
    role = first_of(table, ("day", "week", "month", "start"))
    if role is None:
        assert whole is not None, "stated_range refuses files without any dates"
        return whole
    text = table.cell(row, role)
    if role == "month":
        month = find_month(text, *(whole or ()))
        days = (first_day(month), last_day(month)) if month is not None else None
    else:
        day = find_day(text, table.order)
        days = (day, _end(table, row, role, day, whole)) if day else None
    if days is None:
        raise SourceError(f"{table.where(row, role)}: {explain_unreadable(text, role)}")
    if whole:
        days = (max(days[0], whole[0]), min(days[1], whole[1]))
        if days[0] > days[1]:
            raise SourceError(f"{table.where(row, role)}: {text} is outside the file's own range: export it again")
    return days


def _end(table: ExportTable, row: ExportRow, role: str, start: date, whole: Range | None) -> date:
    """The last day of a row's period: as the row says, else by the distance between the first days of all rows."""
    if role != "start":
        return start + timedelta(6 if role == "week" else 0)
    if "end" in table.columns:
        text = table.cell(row, "end")
        if (end := find_day(text, table.order)) is None or end < start:
            raise SourceError(f"{table.where(row, 'end')}: {explain_unreadable(text, 'day')}")
        return end
    starts = table.starts
    if len(starts) == 1:
        return whole[1] if whole else start
    if all(day.day == 1 for day in starts[1:]):
        return last_day(month_of(start))
    return start + timedelta(min((b - a).days for a, b in pairwise(starts)) - 1)


def facts_of(pieces: Iterable[Piece]) -> tuple[ExportFact, ...]:
    """Add up pieces by month; of stocks, take the first or last piece of the month."""
    groups: dict[tuple[int, str, str, str], list[Piece]] = defaultdict(list)
    for piece in sorted(pieces):
        groups[month_of(piece.start), piece.channel, piece.campaign, piece.measure].append(piece)
    return tuple(ExportFact(*key, _value(key[3], group)) for key, group in sorted(groups.items()))


def _value(measure: str, group: list[Piece]) -> float:
    over = MEASURE[measure].over_time
    if over is OverTime.FIRST:
        group = [piece for piece in group if piece.start == group[0].start]
    elif over is OverTime.LAST:
        last = max(piece.end for piece in group)
        group = [piece for piece in group if piece.end == last]
    return math.fsum(piece.value for piece in group)


def currencies_of(table: ExportTable, rows: Iterable[ExportRow], several: bool) -> set[str]:
    """The currencies of a file's rows; none if the file names none. several: whether more than one is allowed."""
    if any(table.header.cells[at].strip() in table.declaration.one_currency for at in table.columns.values()):
        return set()
    currencies = {table.cell(row, "currency").upper() for row in rows} - {""}
    currencies = currencies or _in_headers(table) or _in_cells(table)
    if len(currencies) > 1 and not (several and "currency" in table.columns):
        raise SourceError(f"{table.file} mixes {', '.join(sorted(currencies))}: export one currency at a time")
    return currencies or ({table.declaration.currency} - {""})


def currency_in(table: ExportTable, row: ExportRow) -> str:
    """The currency of a row in a file with several currencies."""
    if currency := table.cell(row, "currency").upper():
        return currency
    raise SourceError(f"{table.where(row, 'currency')} is empty, though the file has several: fill it in")


def is_amount(measure: str) -> bool:
    """Whether a measure is in a currency."""
    return MEASURE[measure].unit is Unit.CURRENCY


def _in_headers(table: ExportTable) -> set[str]:
    """The currencies in the headers of amounts, such as "Amount spent (USD)"."""
    roles = {role for ways in table.declaration.measures.values() for role in ways} & table.columns.keys()
    headers = (table.header.cells[table.columns[role]].strip() for role in roles)
    return {match[1] for header in headers if (match := re.search(r"\(([A-Z]{3})\)$", header))}


def _in_cells(table: ExportTable) -> set[str]:
    """The currency signs of amounts, if there are several; a single sign does not say which dollar it is."""
    amounts = [m for m in table.declaration.measures if MEASURE[m].unit is Unit.CURRENCY]
    roles = {role for measure in amounts for role in table.declaration.measures[measure]}
    signs = {SIGNS.get(s, s) for row in table.body for role in roles for s in SIGN.findall(table.cell(row, role))}
    return signs if len(signs) > 1 else set()


def _reconcile(
    table: ExportTable, roles: dict[str, str], pieces: list[Piece], remarks: list[str], mixed: bool
) -> tuple[Check, ...]:
    total_row = next((row for row in table.totals if _labelled(table, row)), None)
    totals = _totals_elsewhere(table)
    checks = []
    for measure, role in sorted(roles.items()):
        added: float | None = math.fsum(piece.value for piece in pieces if piece.measure == measure)
        stated = number_in(table, total_row, role, True, remarks) if total_row else totals.get(measure)
        if measure in table.declaration.where:
            stated = None  # it is the total of all rows
        if mixed and is_amount(measure):
            stated = None  # it mixes several currencies, or does not name its currency
        if table.declaration.shape == "plain" and MEASURE[measure].over_time is not OverTime.SUM:
            stated = None  # a sum of stocks means nothing
        if measure in MEDIANS:
            added = stated = None
        check = Check(measure, added, stated)
        if not check.agrees:
            raise SourceError(
                f"{table.file}: {measure} adds up to {added:,.2f} in its rows, "
                f"but its own total is {stated:,.2f}: export it again with all rows"
            )
        checks.append(check)
    return tuple(checks)


def _labelled(table: ExportTable, row: ExportRow) -> bool:
    return is_grand_total(table.declaration, table.header, row, table.columns)


def _totals_elsewhere(table: ExportTable) -> dict[str, float]:
    """The totals of a table by day in the same file, without people, whose counts on single days do not add up."""
    totals: dict[str, float] = {}
    roles: dict[str, int] = {}
    for row in table.elsewhere:
        first = row.cells[0].strip() if row.cells else ""
        if table.declaration.total_column.search(first):
            roles = find_columns(table.declaration, row.cells)
        elif row.blank or first.startswith(table.declaration.comment or "\0"):
            roles = {}
        else:
            for measure, ways in table.declaration.measures.items():
                at = next((roles[role] for role in ways if role in roles), None)
                number = parse_number(row.cells[at]) if at is not None and at < len(row.cells) else None
                if number is not None and not is_unique(measure):
                    totals[measure] = totals.get(measure, 0.0) + number
    return totals


def _without_repeats(table: ExportTable, pieces: list[Piece]) -> list[Piece]:
    """Two rows for the same cell add up, but a stock or a unique count must be there once."""
    pieces_by_key: dict[tuple[object, ...], Piece] = {}
    for n, piece in enumerate(pieces):
        adds = MEASURE[piece.measure].over_time is OverTime.SUM
        before = pieces_by_key.setdefault((*piece[:5], n if adds else ""), piece)
        if before.value != piece.value:
            month = f"{piece.start:%Y-%m}"
            raise SourceError(
                f"{table.file}: {piece.measure} of {piece.channel or 'the company'} is there twice "
                f"in {month}, as {before.value:g} and {piece.value:g}: keep one"
            )
    return list(pieces_by_key.values())


def _unknown_columns(table: ExportTable) -> list[str]:
    positions, remarks = set(table.columns.values()), list[str]()
    names = {name.casefold(): name for ways in table.declaration.columns.values() for name in ways}
    for n, header in enumerate(table.header.cells):
        if header.strip() and n not in positions:
            near = difflib.get_close_matches(header.strip().casefold(), names, 1, 0.75)
            hint = Text('; did you mean "{word}"?', word=names[near[0]]) if near else ""
            remarks.append(Text("column {column!r} is not a measure, left out{hint}", column=header.strip(), hint=hint))
    return remarks


def _spans_of_months(pieces: list[Piece]) -> tuple[CoveredSpan, ...]:
    """The runs of months that have a value, for each measure."""
    months: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for piece in pieces:
        months[piece.measure][month_of(piece.start)] += 1
    spans = []
    for measure, counts in sorted(months.items()):
        for first in sorted(month for month in counts if month - 1 not in counts):
            last = first
            while last + 1 in counts:
                last += 1
            rows = sum(counts[month] for month in range(first, last + 1))
            spans.append(CoveredSpan(measure, first_day(first), last_day(last), rows))
    return tuple(spans)
