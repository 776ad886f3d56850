"""Exports of single records: contacts and deals, counted by the dates they carry."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from xl_lifecycle.sources.aggregate import currency_of, number_in
from xl_lifecycle.sources.dates import parse_moment, unread
from xl_lifecycle.sources.declaration import Declaration, Event
from xl_lifecycle.sources.decode import Row
from xl_lifecycle.sources.facts import (
    Check,
    Fact,
    Import,
    Record,
    SourceError,
    Span,
    month_end,
    month_of,
    month_start,
)
from xl_lifecycle.sources.recognise import Table

Values = dict[str, Any]


def read_records(table: Table, remarks: list[str]) -> Import:
    """Records as facts; their sum reconciles to the number of records in the file."""
    declared = table.declared
    if not table.body:
        raise SourceError(f"{table.file} has headers but no rows: export it with data")
    read = [_record(table, row, remarks) for row in table.body]
    records = unite([(table.file, record) for record in read])
    if len(read) > len(records):
        remarks.append(f"{len(read) - len(records)} rows repeat a record of the file: counted once")
    facts, spans = count(declared, records)
    remarks += _remarks(declared, records)
    checks = []
    for measure in sorted({span.measure for span in spans}):
        added = math.fsum(fact.value for fact in facts if fact.measure == measure)
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
        currency_of(
            table, [row for row, record in zip(table.body, read, strict=True) if _has_amount(declared, record)]
        ),
        spans,
        (),
        records,
    )


def unite(records: Iterable[tuple[str, Record]]) -> tuple[Record, ...]:
    """Records of several files, one an id: of two contents the later, if a date tells."""
    found: dict[str, dict[Record, str]] = defaultdict(dict)
    for file, record in records:
        found[record.id][record] = min(file, found[record.id].get(record, file))
    return tuple(_one(id, dict(sorted(same.items(), key=lambda each: each[1]))) for id, same in sorted(found.items()))


def count(declared: Declaration, records: Sequence[Record]) -> tuple[tuple[Fact, ...], tuple[Span, ...]]:
    """What the records count for, by month, channel and campaign; and the months covered."""
    facts: dict[tuple[int, str, str, str], list[float]] = defaultdict(list)
    spans = []
    everything: list[tuple[str, Values]] = [(record.id, dict(record.values)) for record in records]
    for event in declared.events:
        if not _known(declared, event, everything):
            continue
        dated = [(values[event.date], id, values) for id, values in everything if values.get(event.date)]
        closed = [each for each in dated if _in_state(declared, each[2], event.covers or event.state)]
        if not closed:
            continue
        months, rows, seen = [month_of(when) for when, _, _ in closed], 0, set[str]()
        for when, _, values in sorted(closed, key=lambda each: each[:2]):
            if not _in_state(declared, values, event.state) or not _on_turn(declared, event, values, seen):
                continue
            value = values.get(event.amount) if event.amount else 1.0
            if value is not None and event.less:
                value -= values.get(event.less) or 0.0
            if value is not None:
                rows += 1
                facts[month_of(when), _channel(declared, values), values.get("campaign", ""), event.measure].append(
                    value
                )
        spans.append(Span(event.measure, month_start(min(months)), month_end(max(months)), rows))
    return tuple(Fact(*key, math.fsum(values)) for key, values in sorted(facts.items())), tuple(spans)


def _record(table: Table, row: Row, remarks: list[str]) -> Record:
    declared = table.declared
    dates = {event.date for event in declared.events}
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
    return Record(id, modified, tuple(values.items()))


def _moment(table: Table, row: Row, role: str) -> datetime | None:
    text = table.cell(row, role)
    if not text:
        return None
    moment = parse_moment(text, table.order)
    if moment is None:
        raise SourceError(f"{table.where(row, role)}: {unread(text, 'date')}")
    return moment


def _first(text: str) -> str:
    return next((part.strip() for part in text.split(";") if part.strip()), "")


def _one(id: str, same: dict[Record, str]) -> Record:
    """One record out of several exports of it, role by role, as each file may have other columns."""
    if len(same) == 1:
        return next(iter(same))
    values: Values = {}
    for role in sorted({role for record in same for role, _ in record.values}):
        having = [record for record in same if role in dict(record.values)]
        contents = {dict(record.values)[role] for record in having}
        if len(contents) > 1 and all(record.modified for record in having):
            latest = max(record.modified for record in having if record.modified)
            contents = {dict(record.values)[role] for record in having if record.modified == latest}
        if len(contents) > 1:
            files = " and ".join(sorted(set(same.values())))
            raise SourceError(
                f"{files}: record {id} differs ({role}), and no date says which is later: remove the older"
            )
        values[role] = contents.pop()
    return Record(id, max((record.modified for record in same if record.modified), default=None), tuple(values.items()))


def _known(declared: Declaration, event: Event, records: Sequence[tuple[str, Values]]) -> bool:
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


def _has_amount(declared: Declaration, record: Record) -> bool:
    values = dict(record.values)
    return any(event.amount and _in_state(declared, values, event.state) for event in declared.events)


def _counts_all(declared: Declaration, event: Event) -> bool:
    return not event.state and not event.amount and event.date in declared.required


def _channel(declared: Declaration, values: Values) -> str:
    return declared.known_channel(values["source"]) if values.get("source") else declared.no_channel


def _remarks(declared: Declaration, records: Sequence[Record]) -> list[str]:
    everything = [dict(record.values) for record in records]
    what = declared.title.split()[-1]
    remarks = []
    if unsourced := sum(not values.get("source") for values in everything):
        remarks.append(f"{unsourced} {what} without a source: {declared.no_channel}")
    for event in declared.events:
        if event.amount and not event.turn:
            empty = sum(
                _in_state(declared, each, event.state) and each.get(event.amount) is None for each in everything
            )
            if empty:
                remarks.append(f"{empty} won {what} without an amount: no revenue counted for them")
        if event.turn == "first" and not event.amount:
            won = [each for each in everything if _in_state(declared, each, event.state)]
            if unowned := sum(not any(each.get(role) for role in declared.owner) for each in won):
                remarks.append(f"{unowned} won {what} without a company or contact id: sales, but no customers")
    return remarks
