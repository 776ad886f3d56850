"""Exports of single records: contacts and deals, counted by the dates they carry."""

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
from xl_lifecycle.exports.dates import parse_moment, unread
from xl_lifecycle.exports.declaration import Declaration, Event
from xl_lifecycle.exports.decode import ExportRow
from xl_lifecycle.exports.facts import MEDIANS, Check, CoveredSpan, CrmRecord, ExportFact, Import
from xl_lifecycle.exports.medians import Days, days_of, medians
from xl_lifecycle.exports.precedence import FileChoice, not_the_other
from xl_lifecycle.exports.recognise import ExportTable

Values = dict[str, Any]


def read_records(table: ExportTable, remarks: list[str], rules: Rules) -> Import:
    """Records as facts; their sum reconciles to the number of records in the file."""
    declared = table.declared
    if not table.body:
        raise SourceError(f"{table.file} has headers but no rows: export it with data")
    read = [_record(table, row, remarks) for row in table.body]
    with_amount = [row for row, record in zip(table.body, read, strict=True) if _has_amount(declared, record)]
    currencies = currencies_of(table, with_amount, bool(rules.currency))
    if any(event.amount for event in declared.events):
        known = next(iter(currencies), "")
        mixed = len(currencies) > 1
        paid = [_has_amount(declared, record) for record in read]
        money = [currency_in(table, row) if mixed and p else known for row, p in zip(table.body, paid, strict=True)]
        read = [replace(r, values=(*r.values, ("currency", each))) for r, each in zip(read, money, strict=True)]
    records = unite([(table.file, record) for record in read], FileChoice())
    if len(read) > len(records):
        remarks.append(Text("{count} rows repeat a record of the file: counted once", count=len(read) - len(records)))
    exchange = Exchange(rules, table.file)
    facts, spans = count(declared, records, exchange)
    if not spans:
        raise SourceError(f"{table.file} has no record that counts: export the columns that its measures need")
    remarks += exchange.remarks
    remarks += _remarks(declared, records)
    checks = []
    for measure in sorted({span.measure for span in spans}):
        added = None if measure in MEDIANS else math.fsum(fact.value for fact in facts if fact.measure == measure)
        every = any(event.measure == measure and _counts_all(declared, event) for event in declared.events)
        checks.append(Check(measure, added, float(len({record.id for record in read})) if every else None))
    for check in checks:
        if not check.agrees:
            raise SourceError(
                f"{table.file}: {check.rows_total:g} {check.measure} of {check.file_total:g} records: tell us"
            )
    return Import(
        table.file,
        declared.title,
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
    """Records of several files, one an id: of two contents the later, or that of the file to take."""
    found: dict[str, dict[CrmRecord, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file, record in records:
        found[record.id][record].add(file)
    return tuple(_one(id, same, choice) for id, same in sorted(found.items()))


def count(
    declared: Declaration, records: Sequence[CrmRecord], exchange: Exchange
) -> tuple[tuple[ExportFact, ...], tuple[CoveredSpan, ...]]:
    """What the records count for, by month, channel and campaign; and the months covered."""
    facts: dict[tuple[int, str, str, str], list[float]] = defaultdict(list)
    durations: dict[str, list[Days]] = defaultdict(list)
    spans = []
    everything: list[tuple[str, Values]] = [(record.id, dict(record.values)) for record in records]
    for event in declared.events:
        if not _known(declared, event, everything):
            continue
        dated = [
            (when, id, values)
            for id, values in everything
            if (when := values.get(event.date) or values.get(event.instead))
            and (not event.agreed or any(role in values for role in event.agreed))
        ]
        closed = [each for each in dated if _in_state(declared, each[2], event.covers or event.state)]
        if not closed:
            continue
        months, rows, seen = [month_of(when) for when, _, _ in closed], 0, set[str]()
        for when, _, values in sorted(closed, key=lambda each: each[:2]):
            if not _in_state(declared, values, event.state) or not _on_turn(declared, event, values, seen):
                continue
            value = days_of(event, values) if event.since else values.get(event.amount) if event.amount else 1.0
            if value is not None and event.less:
                value -= values.get(event.less) or 0.0
            if value is not None:
                rows += 1
                if is_amount(event.measure):
                    value = exchange.convert(value, values.get("currency", ""), month_of(when))
                place = exchange.rules.place(
                    declared.title, values.get("source") or "", _channel(declared, values), values.get("campaign", "")
                )
                if event.since:
                    durations[event.measure].append((month_of(when), *place, value))
                else:
                    facts[month_of(when), *place, event.measure].append(value)
        spans.append(CoveredSpan(event.measure, first_day(min(months)), last_day(max(months)), rows))
    sums = [ExportFact(*key, math.fsum(values)) for key, values in facts.items()]
    together = [fact for measure, found in durations.items() for fact in medians(measure, found)]
    return tuple(sorted([*sums, *together])), tuple(spans)


def _record(table: ExportTable, row: ExportRow, remarks: list[str]) -> CrmRecord:
    declared = table.declared
    dates = {date for e in declared.events for date in (e.date, e.instead, *e.since.split("|")) if date}
    amounts = {role for event in declared.events for role in (event.amount, event.less)} - {""}
    kept = dates | amounts | {"source", "campaign", *declared.owner}
    kept |= {role for ways in declared.states.values() for role, _ in ways}
    values: Values = {}
    for role in sorted(kept & set(table.columns)):
        text = table.cell(row, role)
        if role in amounts:
            values[role] = number_in(table, row, role, True, remarks)
        elif role in dates:
            values[role] = _moment(table, row, role)
        elif role in ("source", *declared.owner):
            values[role] = _first(text)
        else:
            values[role] = text
    id = table.cell(row, "id")
    if not id:
        raise SourceError(f"{table.where(row, 'id')} is empty: every record needs its id; export it again")
    for event in declared.events:
        if event.date in declared.required and not values[event.date] and _in_state(declared, values, event.state):
            raise SourceError(f"{table.where(row, event.date)} is empty: fill it in for record {id}")
    for ways in declared.states.values():
        for role, _ in ways:
            if role in declared.required and not values[role]:
                raise SourceError(f"{table.where(row, role)} is empty: export the details of every record")
    modified = _moment(table, row, "modified") if "modified" in table.columns else None
    return CrmRecord(id, modified, tuple(values.items()))


def _moment(table: ExportTable, row: ExportRow, role: str) -> datetime | None:
    text = table.cell(row, role)
    if not text:
        return None
    moment = parse_moment(text, table.order)
    if moment is None:
        raise SourceError(f"{table.where(row, role)}: {unread(text, 'date')}")
    return moment


def _first(text: str) -> str:
    return next((part.strip() for part in text.split(";") if part.strip()), "")


def _one(id: str, same: dict[CrmRecord, set[str]], choice: FileChoice) -> CrmRecord:
    """One record out of several exports of it, role by role, as each file may have other columns."""
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
                (kept,) = contents
                for each in sorted(every - contents, key=str):
                    files, left = (_files(having, role, content, same) for content in (kept, each))
                    if left - files:
                        what = not_the_other(_of_record(id, role), _said(kept), _said(each))
                        choice.note(files, left - files, what, Text("modified later"))
        if role == "currency" and len(contents) > 1:
            contents.discard("")
        if len(contents) > 1:
            said = {each: _files(having, role, each, same) for each in sorted(contents, key=str)}
            contents = {choice.pick(_of_record(id, role), said, _said)}
        values[role] = contents.pop()
    return CrmRecord(
        id, max((record.modified for record in same if record.modified), default=None), tuple(values.items())
    )


def _files(having: list[CrmRecord], role: str, content: object, same: dict[CrmRecord, set[str]]) -> set[str]:
    """The files that say so."""
    return {file for record in having if dict(record.values)[role] == content for file in same[record]}


def _said(content: object) -> str:
    return "nothing" if content in (None, "") else str(content)


def _known(declared: Declaration, event: Event, records: Sequence[tuple[str, Values]]) -> bool:
    if event.since and not any(role in values for role in event.since.split("|") for _, values in records):
        return False
    if not event.needs or any(role in values for role in event.needs for _, values in records):
        return True
    return event.or_seen and any(_in_state(declared, values, event.state) for _, values in records)


def _in_state(declared: Declaration, values: Values, states: str) -> bool:
    """Whether a record is in one of the states "a|b"; any record is in the state ""."""
    return not states or any(
        re.search(pattern, values.get(role) or "")
        for state in states.split("|")
        for role, pattern in declared.states[state]
    )


def _on_turn(declared: Declaration, event: Event, values: Values, seen: set[str]) -> bool:
    if not event.turn:
        return True
    owner = next((f"{role}:{_same(values[role])}" for role in declared.owner if values.get(role)), None)
    if owner is None:
        return False
    if event.turn == "monthly":
        owner += f" {month_of(values[event.date])}"
    first = owner not in seen
    seen.add(owner)
    return first is (event.turn != "later")


def _same(owner: str) -> str:
    """An owner however it is written; but Salesforce's ids of 15 characters tell capitals apart."""
    return owner if re.fullmatch(r"00[0-9A-Za-z]{13}", owner) else owner.casefold()


def _has_amount(declared: Declaration, record: CrmRecord) -> bool:
    values = dict(record.values)
    return any(event.amount and _in_state(declared, values, event.state) for event in declared.events)


def _counts_all(declared: Declaration, event: Event) -> bool:
    return not event.state and not event.amount and event.date in declared.required


def _of_record(id: str, role: str) -> Text:
    return Text("record {id}: {role}", id=id, role=role)


def _channel(declared: Declaration, values: Values) -> str:
    return declared.known_channel(values["source"]) if values.get("source") else declared.no_channel


def _remarks(declared: Declaration, records: Sequence[CrmRecord]) -> list[str]:
    everything = [dict(record.values) for record in records]
    what = Text(declared.title.split()[-1])
    remarks = list[str]()
    if unsourced := sum(not values.get("source") for values in everything):
        channel = channel_label(declared.no_channel)
        remarks.append(Text("{count} {what} without a source: {channel}", count=unsourced, what=what, channel=channel))
    for event in declared.events:
        if event.amount and not event.turn:
            empty = sum(
                _in_state(declared, each, event.state) and each.get(event.amount) is None for each in everything
            )
            if empty:
                said = "{count} won {what} without an amount: no revenue counted for them"
                remarks.append(Text(said, count=empty, what=what))
        if event.since and any(role in each for role in event.since.split("|") for each in everything):
            won = [each for each in everything if each.get(event.date) and _in_state(declared, each, event.state)]
            if undated := sum(days_of(event, each) is None for each in won):
                said = "{count} won {what} left out of {measure}: no day of creation, or closed before it"
                remarks.append(Text(said, count=undated, what=what, measure=called(event.measure)))
        if event.turn == "first" and not event.amount:
            won = [each for each in everything if _in_state(declared, each, event.state)]
            if unowned := sum(not any(each.get(role) for role in declared.owner) for each in won):
                said = "{count} won {what} without a company or contact id: sales, but no customers"
                remarks.append(Text(said, count=unowned, what=what))
    return remarks
