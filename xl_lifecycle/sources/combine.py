"""Several imports as one, whatever their order and however often each is given."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from xl_lifecycle.sources.aggregate import facts_of
from xl_lifecycle.sources.declaration import Declaration, events, formats
from xl_lifecycle.sources.facts import (
    MEASURE,
    Combined,
    Covered,
    Fact,
    Import,
    ItemFact,
    SourceError,
    Span,
    is_unique,
    month_end,
    month_name,
    month_of,
    month_start,
    partial_months,
)
from xl_lifecycle.sources.overlap import distinct, merge_sources
from xl_lifecycle.sources.records import count, unite
from xl_lifecycle.vocabulary import Unit


def combine(imports: Sequence[Import]) -> Combined:
    """Imports as one; SourceError if they contradict one another."""
    imports, notes = _once(imports)
    _one_currency(imports)
    declared = {each.title: each for each in formats()}
    declared |= {e.source: e.declared or declared.get(e.source) or events(e.source) for e in imports}
    by_source: dict[str, list[Import]] = defaultdict(list)
    for each in imports:
        by_source[each.source].append(each)
        notes += [f"{each.file}: {remark}" for remark in each.remarks]
    parts: list[tuple[str, bool, bool, dict[Fact, str]]] = []
    unknown: set[tuple[str, str, int]] = set()
    for source, files in sorted(by_source.items()):
        format = declared[source]
        facts, dropped, remarks = _facts(format, files)
        parts.append((source, format.adds, format.shape == "plain", facts))
        unknown |= {(source, measure, month) for measure, month in dropped}
        notes += remarks
        if format.shape in ("aggregate", "events"):
            notes += [f"{source}: {note}" for note in partial_months((s.first, s.last) for f in files for s in f.spans)]
    notes += _one_source(declared, parts)
    notes += _company_totals(parts)
    coverage = [row for each in imports for row in _covered(each, unknown)]
    return Combined(
        merge_sources(parts),
        _items(imports),
        tuple(sorted(coverage, key=_in_order)),
        tuple(dict.fromkeys(notes)),
        tuple(f"{each.file}: {each.source}, {each.why}" for each in imports if each.why),
    )


def _once(imports: Sequence[Import]) -> tuple[list[Import], list[str]]:
    """Each import once, in the order of their names; a copy under another name counts as the same."""
    kept: dict[Import, Import] = {}
    copies = set()
    for each in sorted(imports, key=_in_name_order):
        nameless = replace(each, file="", remarks=())
        first = kept.setdefault(nameless, each)
        if first.file != each.file:
            copies.add(f"{each.file} repeats {first.file}: counted once")
    return _named_apart(list(kept.values())), sorted(copies)


def _in_name_order(each: Import) -> tuple[object, ...]:
    return (
        each.file,
        each.source,
        each.facts,
        each.items,
        each.pieces,
        tuple(record.id for record in each.records),
    )


def _named_apart(imports: list[Import]) -> list[Import]:
    """Two files of one name, from two folders, are told apart by a number."""
    seen: dict[str, int] = defaultdict(int)
    named = []
    for each in imports:
        seen[each.file] += 1
        named.append(each if seen[each.file] == 1 else replace(each, file=f"{each.file} ({seen[each.file]})"))
    return named


def _one_currency(imports: Sequence[Import]) -> None:
    """Amounts of two currencies cannot be added."""
    files = {each.currency: each.file for each in reversed(imports) if each.currency and _has_amounts(each)}
    if len(files) > 1:
        found = " and ".join(f"{file} in {currency}" for currency, file in sorted(files.items()))
        raise SourceError(f"{found}: export all in one currency")


def _has_amounts(each: Import) -> bool:
    return any(MEASURE[measure].unit is Unit.CURRENCY for measure in each.measures)


def _facts(format: Declaration, files: list[Import]) -> tuple[dict[Fact, str], set[tuple[str, int]], list[str]]:
    """One source's facts, each with its file; the measures and months left out; and notes."""
    if format.shape == "records":
        records = unite([(each.file, record) for each in files for record in each.records])
        facts, _ = count(format, records)
        names = " and ".join(each.file for each in files)
        return dict.fromkeys(facts, names), set(), []
    pieces, remarks = distinct(files, by_campaign=format.shape == "plain")
    origin = {(month_of(p.start), p.channel, p.campaign, p.measure): file for p, file in sorted(pieces, reverse=True)}
    # A month whose unique count is unknown for one channel is unknown for all: their sum would be too low.
    known = {(p.measure, month_of(p.start), p.channel) for p, _ in pieces}
    said = {(p.measure, month_of(p.start), p.channel) for each in files for p in each.pieces}
    dropped = {(measure, month) for measure, month, _ in said - known if is_unique(measure)}
    kept = [p for p, _ in pieces if (p.measure, month_of(p.start)) not in dropped]
    return {fact: origin[fact[:4]] for fact in facts_of(kept)}, dropped, remarks


def _one_source(declared: dict[str, Declaration], parts: list[tuple[str, bool, bool, dict[Fact, str]]]) -> list[str]:
    """Of one measure and month, one tool's records count: a payment is the deal that the CRM has won."""
    notes, tellers = [], dict[tuple[str, int], str]()
    for source, _, typed, facts in sorted(parts, key=lambda part: (declared[part[0]].yields, part[0])):
        format, gone = declared[source], set()
        for fact in list(facts) if not typed else ():
            first = tellers.setdefault((fact.measure, fact.month), source)
            if first != source and format.yields:
                del facts[fact]
                gone.add((first, fact.measure))
            elif first != source and (
                "events" in (format.shape, declared[first].shape) or format.shape == declared[first].shape == "records"
            ):
                what = f"{fact.measure} of {month_name(fact.month)}"
                raise SourceError(f"{what} is in {first} and in {source}: it would count twice; give one of them")
        notes += [f"{measure} of {source} left out: {first} tells it" for first, measure in sorted(gone)]
    return notes


def _company_totals(parts: list[tuple[str, bool, bool, dict[Fact, str]]]) -> list[str]:
    """A typed figure without a channel that is the exports' total is dropped; another one adds."""
    totals: dict[tuple[str, int], list[float]] = defaultdict(list)
    for _, _, typed, facts in parts:
        for fact in () if typed else facts:
            totals[fact.measure, fact.month].append(fact.value)
    notes = []
    for _, _, typed, facts in parts:
        for fact, file in list(facts.items()) if typed else ():
            exported = math.fsum(totals.get((fact.measure, fact.month), ()))
            if fact.channel or fact.campaign or not exported:
                continue
            what = f"{file}: {fact.measure} of {month_name(fact.month)} without a channel"
            if math.isclose(fact.value, exported, rel_tol=1e-9):
                del facts[fact]
                notes.append(f"{what} is the total of the exports: counted once")
            else:
                notes.append(f"{what} adds to that of the exports")
    return notes


def _items(imports: Sequence[Import]) -> tuple[ItemFact, ...]:
    values: dict[ItemFact, tuple[float, str]] = {}
    for each in imports:
        for item in each.items:
            value, file = values.setdefault(item._replace(value=0.0), (item.value, each.file))
            if value != item.value:
                raise SourceError(
                    f"{item.measure} of {item.item!r} is {value:g} in {file} "
                    f"but {item.value:g} in {each.file}: keep one"
                )
    return tuple(sorted(item._replace(value=value) for item, (value, _) in values.items()))


def _covered(each: Import, unknown: set[tuple[str, str, int]]) -> list[Covered]:
    totals = {check.measure: check for check in each.checks}
    return [
        Covered(
            span.measure,
            each.source,
            each.file,
            span.first,
            span.last,
            span.rows,
            totals[span.measure].rows_total,
            totals[span.measure].file_total,
            tuple(sorted({fact.channel for fact in each.facts if fact.measure == span.measure})),
        )
        for span in each.spans
        for span in _known(
            span,
            {month for source, measure, month in unknown if (source, measure) == (each.source, span.measure)},
        )
    ]


def _known(span: Span, unknown: set[int]) -> list[Span]:
    """A span without the months that are unknown."""
    spans = [span]
    for month in sorted(unknown):
        last = spans.pop() if spans else None
        if last is None or not last.first <= month_end(month) or not last.last >= month_start(month):
            spans += [last] if last else []
            continue
        if last.first < month_start(month):
            spans.append(last._replace(last=month_end(month - 1)))
        if last.last > month_end(month):
            spans.append(last._replace(first=month_start(month + 1)))
    return spans


def _in_order(row: Covered) -> tuple[object, ...]:
    return row.measure, row.source, row.first, row.last, row.file
