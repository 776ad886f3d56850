"""Reads exports of single records: contacts and deals, counted by their dates."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import first_day, last_day, month_of
from xl_lifecycle.core.language.channels import channel_label
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.metrics.measures import called
from xl_lifecycle.exports.aggregate import currencies_of, currency_in, is_amount, number_in
from xl_lifecycle.exports.currency import Exchange
from xl_lifecycle.exports.dates import explain_unreadable, parse_moment
from xl_lifecycle.exports.declaration import Declaration, Event
from xl_lifecycle.exports.decode import ExportRow
from xl_lifecycle.exports.facts import MEDIANS, Check, CoveredSpan, CrmRecord, ExportFact, Import
from xl_lifecycle.exports.medians import Days, days_of, medians
from xl_lifecycle.exports.precedence import FileChoice, not_the_other
from xl_lifecycle.exports.recognise import ExportTable

Values = dict[str, Any]


def read_records(table: ExportTable, remarks: list[str], rules: Rules) -> Import:
    """Read records as facts. Their sum reconciles to the number of records in the file."""
    declaration = table.declaration
    if not table.body:
        raise SourceError(f"{table.file} has headers but no rows: export it with data")
    read = [_record(table, row, remarks) for row in table.body]
    with_amount = [row for row, record in zip(table.body, read, strict=True) if _has_amount(declaration, record)]
    currencies = currencies_of(table, with_amount, bool(rules.currency))
    if any(event.amount for event in declaration.events):
        currency = next(iter(currencies), "")
        mixed = len(currencies) > 1
        paid = [_has_amount(declaration, record) for record in read]
        money = [currency_in(table, row) if mixed and p else currency for row, p in zip(table.body, paid, strict=True)]
        read = [replace(r, values=(*r.values, ("currency", each))) for r, each in zip(read, money, strict=True)]
    records = unite([(table.file, record) for record in read], FileChoice())
    if len(read) > len(records):
        remarks.append(Text("{count} rows repeat a record of the file: counted once", count=len(read) - len(records)))
    exchange = Exchange(rules, table.file)
    facts, spans = count(declaration, records, exchange)
    if not spans:
        raise SourceError(f"{table.file} has no record that counts: export the columns that its measures need")
    remarks += exchange.remarks
    remarks += _remarks(declaration, records)
    checks = []
    for measure in sorted({span.measure for span in spans}):
        added = None if measure in MEDIANS else math.fsum(fact.value for fact in facts if fact.measure == measure)
        every = any(event.measure == measure and _counts_all(declaration, event) for event in declaration.events)
        checks.append(Check(measure, added, float(len({record.id for record in read})) if every else None))
    for check in checks:
        if not check.agrees:
            raise SourceError(
                f"{table.file}: {check.rows_total:g} {check.measure} of {check.file_total:g} records: report this to us"
            )
    return Import(
        table.file,
        declaration.title,
        facts,
        (),
        min(span.first for span in spans),
        max(span.last for span in spans),
        tuple(check.measure for check in checks),
        tuple(checks),
        tuple(dict.fromkeys(remarks)),
        (rules.currency or next(iter(currencies))) if currencies else "",
        spans,
        (),
        records,
    )


def unite(records: Iterable[tuple[str, CrmRecord]], choice: FileChoice) -> tuple[CrmRecord, ...]:
    """The records of several files, one for each id. If two differ, the later one or the preferred file counts."""
    contents: dict[str, dict[CrmRecord, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file, record in records:
        contents[record.id][record].add(file)
    return tuple(_one(id, same, choice) for id, same in sorted(contents.items()))


def count(
    declaration: Declaration, records: Sequence[CrmRecord], exchange: Exchange
) -> tuple[tuple[ExportFact, ...], tuple[CoveredSpan, ...]]:
    """Count the records by month, channel and campaign; also returns the months covered."""
    facts: dict[tuple[int, str, str, str], list[float]] = defaultdict(list)
    durations: dict[str, list[Days]] = defaultdict(list)
    spans = []
    everything: list[tuple[str, Values]] = [(record.id, dict(record.values)) for record in records]
    for event in declaration.events:
        if not _is_countable(declaration, event, everything):
            continue
        with_date = [
            (when, id, values)
            for id, values in everything
            if (when := values.get(event.date) or values.get(event.instead))
            and (not event.agreed_roles or any(role in values for role in event.agreed_roles))
        ]
        closed = [each for each in with_date if _in_state(declaration, each[2], event.covers or event.state)]
        if not closed:
            continue
        months, rows, seen = [month_of(when) for when, _, _ in closed], 0, set[str]()
        for when, _, values in sorted(closed, key=lambda each: each[:2]):
            if not _in_state(declaration, values, event.state) or not _on_turn(declaration, event, values, seen):
                continue
            value = days_of(event, values) if event.since else values.get(event.amount) if event.amount else 1.0
            if value is not None and event.less:
                value -= values.get(event.less) or 0.0
            if value is not None:
                rows += 1
                if is_amount(event.measure):
                    value = exchange.convert(value, values.get("currency", ""), month_of(when))
                place = exchange.rules.place(
                    declaration.title,
                    values.get("source") or "",
                    _channel(declaration, values),
                    values.get("campaign", ""),
                )
                if event.since:
                    durations[event.measure].append((month_of(when), *place, value))
                else:
                    facts[month_of(when), *place, event.measure].append(value)
        spans.append(CoveredSpan(event.measure, first_day(min(months)), last_day(max(months)), rows))
    sums = [ExportFact(*key, math.fsum(values)) for key, values in facts.items()]
    together = [fact for measure, days in durations.items() for fact in medians(measure, days)]
    return tuple(sorted([*sums, *together])), tuple(spans)


def _record(table: ExportTable, row: ExportRow, remarks: list[str]) -> CrmRecord:
    declaration = table.declaration
    dates = {date for e in declaration.events for date in (e.date, e.instead, *e.since.split("|")) if date}
    amounts = {role for event in declaration.events for role in (event.amount, event.less)} - {""}
    roles = dates | amounts | {"source", "campaign", *declaration.owner}
    roles |= {role for ways in declaration.states.values() for role, _ in ways}
    values: Values = {}
    for role in sorted(roles & set(table.columns)):
        text = table.cell(row, role)
        if role in amounts:
            values[role] = number_in(table, row, role, True, remarks)
        elif role in dates:
            values[role] = _moment(table, row, role)
        elif role in ("source", *declaration.owner):
            values[role] = _first(text)
        else:
            values[role] = text
    id = table.cell(row, "id")
    if not id:
        raise SourceError(f"{table.where(row, 'id')} is empty: every record needs its id; export it again")
    for event in declaration.events:
        if (
            event.date in declaration.required
            and not values[event.date]
            and _in_state(declaration, values, event.state)
        ):
            raise SourceError(f"{table.where(row, event.date)} is empty: fill it in for record {id}")
    for ways in declaration.states.values():
        for role, _ in ways:
            if role in declaration.required and not values[role]:
                raise SourceError(f"{table.where(row, role)} is empty: export the details of every record")
    modified = _moment(table, row, "modified") if "modified" in table.columns else None
    return CrmRecord(id, modified, tuple(values.items()))


def _moment(table: ExportTable, row: ExportRow, role: str) -> datetime | None:
    text = table.cell(row, role)
    if not text:
        return None
    moment = parse_moment(text, table.order)
    if moment is None:
        raise SourceError(f"{table.where(row, role)}: {explain_unreadable(text, 'date')}")
    return moment


def _first(text: str) -> str:
    return next((part.strip() for part in text.split(";") if part.strip()), "")


def _one(id: str, same: dict[CrmRecord, set[str]], choice: FileChoice) -> CrmRecord:
    """Make one record out of several exports of it, role by role, because the files may have different columns."""
    if len(same) == 1:
        return next(iter(same))
    values: Values = {}
    for role in sorted({role for record in same for role, _ in record.values}):
        having = [record for record in same if role in dict(record.values)]
        contents = every = {dict(record.values)[role] for record in having}
        if len(contents) > 1 and all(record.modified for record in having):
            latest = max(record.modified for record in having if record.modified)
            contents = {dict(record.values)[role] for record in having if record.modified == latest}
            if len(contents) == 1:
                (newest,) = contents
                for each in sorted(every - contents, key=str):
                    files, other_files = (_files(having, role, content, same) for content in (newest, each))
                    if other_files - files:
                        what = not_the_other(_of_record(id, role), _format_content(newest), _format_content(each))
                        choice.note(files, other_files - files, what, Text("modified later"))
        if role == "currency" and len(contents) > 1:
            contents.discard("")
        if len(contents) > 1:
            files_by_content = {each: _files(having, role, each, same) for each in sorted(contents, key=str)}
            contents = {choice.pick(_of_record(id, role), files_by_content, _format_content)}
        values[role] = contents.pop()
    return CrmRecord(
        id, max((record.modified for record in same if record.modified), default=None), tuple(values.items())
    )


def _files(having: list[CrmRecord], role: str, content: object, same: dict[CrmRecord, set[str]]) -> set[str]:
    """The files in which a role has this content."""
    return {file for record in having if dict(record.values)[role] == content for file in same[record]}


def _format_content(content: object) -> str:
    return "nothing" if content in (None, "") else str(content)


def _is_countable(declaration: Declaration, event: Event, records: Sequence[tuple[str, Values]]) -> bool:
    if event.since and not any(role in values for role in event.since.split("|") for _, values in records):
        return False
    if not event.needs or any(role in values for role in event.needs for _, values in records):
        return True
    return event.or_seen and any(_in_state(declaration, values, event.state) for _, values in records)


def _in_state(declaration: Declaration, values: Values, states: str) -> bool:
    """Whether a record is in one of the states "a|b"; any record is in the state ""."""
    return not states or any(
        bool(pattern.search(values.get(role) or ""))
        for state in states.split("|")
        for role, pattern in declaration.states[state]
    )


def _on_turn(declaration: Declaration, event: Event, values: Values, seen: set[str]) -> bool:
    if not event.turn:
        return True
    owner = next((f"{role}:{_same(values[role])}" for role in declaration.owner if values.get(role)), None)
    if owner is None:
        return False
    if event.turn == "monthly":
        owner += f" {month_of(values[event.date])}"
    first = owner not in seen
    seen.add(owner)
    return first is (event.turn != "later")


def _same(owner: str) -> str:
    """An owner, ignoring case; but in Salesforce's ids of 15 characters the case counts."""
    return owner if re.fullmatch(r"00[0-9A-Za-z]{13}", owner) else owner.casefold()


def _has_amount(declaration: Declaration, record: CrmRecord) -> bool:
    values = dict(record.values)
    return any(event.amount and _in_state(declaration, values, event.state) for event in declaration.events)


def _counts_all(declaration: Declaration, event: Event) -> bool:
    return not event.state and not event.amount and event.date in declaration.required


def _of_record(id: str, role: str) -> Text:
    return Text("record {id}: {role}", id=id, role=role)


def _channel(declaration: Declaration, values: Values) -> str:
    return declaration.channel_of(values["source"]) if values.get("source") else declaration.no_channel


def _remarks(declaration: Declaration, records: Sequence[CrmRecord]) -> list[str]:
    everything = [dict(record.values) for record in records]
    what = Text(declaration.title.split()[-1])
    remarks = list[str]()
    if unsourced := sum(not values.get("source") for values in everything):
        channel = channel_label(declaration.no_channel)
        remarks.append(Text("{count} {what} without a source: {channel}", count=unsourced, what=what, channel=channel))
    for event in declaration.events:
        if event.amount and not event.turn:
            empty = sum(
                _in_state(declaration, each, event.state) and each.get(event.amount) is None for each in everything
            )
            if empty:
                message = "{count} won {what} without an amount: no revenue counted for them"
                remarks.append(Text(message, count=empty, what=what))
        if event.since and any(role in each for role in event.since.split("|") for each in everything):
            won = [each for each in everything if each.get(event.date) and _in_state(declaration, each, event.state)]
            if undated := sum(days_of(event, each) is None for each in won):
                message = "{count} won {what} left out of {measure}: they have no creation date, or closed before it"
                remarks.append(Text(message, count=undated, what=what, measure=called(event.measure)))
        if event.turn == "first" and not event.amount:
            won = [each for each in everything if _in_state(declaration, each, event.state)]
            if unowned := sum(not any(each.get(role) for role in declaration.owner) for each in won):
                message = "{count} won {what} without a company or contact id: counted as sales, but not as customers"
                remarks.append(Text(message, count=unowned, what=what))
    return remarks
