"""Combines several imports into one. Neither their order nor repetitions change the result."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from xl_lifecycle.content.rules import Rules, is_source
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import first_day, last_day, month_of, month_text
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import Across, Unit
from xl_lifecycle.core.metrics.measures import called
from xl_lifecycle.exports.aggregate import facts_of
from xl_lifecycle.exports.crm_records import count, unite
from xl_lifecycle.exports.currency import Exchange
from xl_lifecycle.exports.declaration import Declaration, events, formats
from xl_lifecycle.exports.facts import (
    MEASURE,
    CombinedImport,
    CoverageLine,
    CoveredSpan,
    ExportFact,
    Import,
    ItemFact,
    is_unique,
    partial_month_notes,
)
from xl_lifecycle.exports.lead_definitions import redefine
from xl_lifecycle.exports.overlap import distinct, merge_sources
from xl_lifecycle.exports.precedence import FileChoice

NO_RULES = Rules()


def combine(imports: Sequence[Import], rules: Rules = NO_RULES) -> CombinedImport:
    """Combine imports by people's rules; SourceError if they contradict one another."""
    imports, notes = _unique(imports)
    _refuse_unknown_sources(imports, rules)
    _one_currency(imports)
    choice = FileChoice(imports)
    declarations = {each.title: each for each in formats()}
    declarations |= {e.source: e.declaration or declarations.get(e.source) or events(e.source) for e in imports}
    declarations = {title: redefine(each, rules) for title, each in declarations.items()}
    by_source: dict[str, list[Import]] = defaultdict(list)
    for each in imports:
        by_source[each.source].append(each)
        notes += [Text("{name}: {note}", name=each.file, note=Text(remark)) for remark in each.remarks]
    parts: list[tuple[str, bool, bool, dict[ExportFact, str]]] = []
    unknown: set[tuple[str, str, int]] = set()
    for source, files in sorted(by_source.items()):
        format = declarations[source]
        facts, dropped, remarks = _facts(format, files, rules, choice)
        parts.append((source, format.adds, format.shape == "plain", facts))
        unknown |= {(source, measure, month) for measure, month in dropped}
        notes += remarks
        if format.shape in ("aggregate", "events"):
            partly = partial_month_notes((s.first, s.last) for f in files for s in f.spans)
            notes += [Text("{name}: {note}", name=Text(source), note=note) for note in partly]
    exclusions = _by_rule(rules, parts, notes)
    notes += _one_source(declarations, parts)
    notes += _company_totals(parts)
    coverage = [
        row for each in imports for row in _covered(each, unknown) if (row.source, row.measure) not in exclusions
    ]
    together, items = merge_sources(parts, notes), _items(imports, choice)
    return CombinedImport(
        together,
        items,
        tuple(sorted(coverage, key=_in_order)),
        tuple(dict.fromkeys([*choice.notes, *notes])),
        tuple(f"{each.file}: {each.source}, {each.why}" for each in imports if each.why),
        frozenset(exclusions),
    )


def _refuse_unknown_sources(imports: Sequence[Import], rules: Rules) -> None:
    """SourceError for a rule whose source is neither known nor among the sources that were read."""
    for word, problem in rules.unknown_sources:
        if not any(is_source(word, each.source) for each in imports):
            raise SourceError(f"Settings, table {problem.table}, row {problem.row}: {problem.text}; correct it first")


def _by_rule(
    rules: Rules, parts: list[tuple[str, bool, bool, dict[ExportFact, str]]], notes: list[str]
) -> set[tuple[str, str]]:
    """If SourceRules name a source for a measure, leave out the other sources.

    Typed figures for channels or months that it does not have stay. Returns the sources and measures left out.
    """
    exclusions = set()
    for measure, word in rules.source_rules:
        winners = [facts for source, *_, facts in parts if is_source(word, source)]
        places = {
            (f.month, channel)
            for facts in winners
            for f in facts
            if f.measure == measure
            for channel in (f.channel, "")
        }
        for source, _, is_typed, facts in parts:
            losers = [] if is_source(word, source) else [fact for fact in facts if fact.measure == measure]
            if is_typed:
                losers = [fact for fact in losers if (fact.month, fact.channel) in places]
            for fact in losers:
                del facts[fact]
            if losers:
                message = "{label} of {source} left out: Settings take it from {word}"
                notes.append(Text(message, label=called(measure), source=Text(source), word=word))
            if losers and not is_typed:
                exclusions.add((source, measure))
    return exclusions


def _unique(imports: Sequence[Import]) -> tuple[list[Import], list[str]]:
    """Each import once, in the order of the names. A copy under another name counts as the same import."""
    unique: dict[Import, Import] = {}
    copies = set()
    for each in sorted(imports, key=_in_name_order):
        nameless = replace(each, file="", remarks=())
        first = unique.setdefault(nameless, each)
        if first.file != each.file:
            copies.add(Text("{file} repeats {first}: counted once", file=each.file, first=first.file))
        dates = [date for date in (first.export_time, each.export_time) if date]
        unique[nameless] = replace(
            first, export_time=max(dates, default=None), preferred_names=first.preferred_names + each.preferred_names
        )
    return _number_duplicates(list(unique.values())), sorted(copies)


def _in_name_order(each: Import) -> tuple[object, ...]:
    return (
        each.file,
        each.source,
        each.facts,
        each.items,
        each.pieces,
        tuple(record.id for record in each.records),
    )


def _number_duplicates(imports: list[Import]) -> list[Import]:
    """Add a number to the name of a file if another folder has a file with the same name."""
    seen: dict[str, int] = defaultdict(int)
    result = []
    for each in imports:
        seen[each.file] += 1
        result.append(each if seen[each.file] == 1 else replace(each, file=f"{each.file} ({seen[each.file]})"))
    return result


def _one_currency(imports: Sequence[Import]) -> None:
    """SourceError if amounts are in two currencies, which cannot be added up."""
    files = {each.currency: each.file for each in reversed(imports) if each.currency and _has_amounts(each)}
    if len(files) > 1:
        text = " and ".join(f"{file} in {currency}" for currency, file in sorted(files.items()))
        raise SourceError(f"{text}: export all in one currency")


def _has_amounts(each: Import) -> bool:
    return any(MEASURE[measure].unit is Unit.CURRENCY for measure in each.measures)


def _facts(
    format: Declaration, files: list[Import], rules: Rules, choice: FileChoice
) -> tuple[dict[ExportFact, str], set[tuple[str, int]], list[str]]:
    """One source's facts, each with its file; the measures and months left out; and notes."""
    if format.shape == "records":
        records = unite([(each.file, record) for each in files for record in each.records], choice)
        facts, _ = count(format, records, Exchange(rules, format.title))
        names = " and ".join(each.file for each in files)
        return dict.fromkeys(facts, names), set(), []
    pieces, remarks = distinct(files, format.shape == "plain", choice)
    origin = {(month_of(p.start), p.channel, p.campaign, p.measure): file for p, file in sorted(pieces, reverse=True)}
    # A month whose unique count is unknown for one channel is unknown for all: their sum would be too low.
    result_keys = {(p.measure, month_of(p.start), p.channel) for p, _ in pieces}
    file_keys = {(p.measure, month_of(p.start), p.channel) for each in files for p in each.pieces}
    dropped = {(measure, month) for measure, month, _ in file_keys - result_keys if is_unique(measure)}
    complete = [p for p, _ in pieces if (p.measure, month_of(p.start)) not in dropped]
    return {fact: origin[fact[:4]] for fact in facts_of(complete)}, dropped, remarks


def _one_source(
    declarations: dict[str, Declaration], parts: list[tuple[str, bool, bool, dict[ExportFact, str]]]
) -> list[str]:
    """Count each measure and month from one tool's records: a payment and a won deal in the CRM are the same sale."""
    notes, first_sources = list[str](), dict[tuple[str, int], str]()
    for source, _, is_typed, facts in sorted(parts, key=lambda part: (declarations[part[0]].yields, part[0])):
        format, duplicates = declarations[source], set()
        for fact in list(facts) if not is_typed else ():
            first = first_sources.setdefault((fact.measure, fact.month), source)
            if first != source and format.yields:
                del facts[fact]
                duplicates.add((first, fact.measure))
            elif first != source and (
                "events" in (format.shape, declarations[first].shape)
                or format.shape == declarations[first].shape == "records"
            ):
                what = f"{fact.measure} of {month_text(fact.month)}"
                raise SourceError(
                    f"{what} is in {first} and in {source}: it would count twice; write on Settings, table "
                    "SourceRules, which of them to use"
                )
        message = "{label} of {source} left out: {first} already has it"
        notes += [
            Text(message, label=called(measure), source=Text(source), first=Text(first))
            for first, measure in sorted(duplicates)
        ]
    return notes


def _company_totals(parts: list[tuple[str, bool, bool, dict[ExportFact, str]]]) -> list[str]:
    """Drop a typed figure without a channel that equals the total of the exports; any other figure is added."""
    totals: dict[tuple[str, int], list[float]] = defaultdict(list)
    for _, _, is_typed, facts in parts:
        for fact in () if is_typed else facts:
            totals[fact.measure, fact.month].append(fact.value)
    notes: list[str] = []
    for _, _, is_typed, facts in parts:
        for fact, file in list(facts.items()) if is_typed else ():
            exported = math.fsum(totals.get((fact.measure, fact.month), ()))
            alone = MEASURE[fact.measure].across is Across.NONE
            if fact.channel or fact.campaign or alone or not exported:
                continue
            month = month_text(fact.month)
            what = Text(
                "{file}: {label} of {month} without a channel", file=file, label=called(fact.measure), month=month
            )
            if math.isclose(fact.value, exported, rel_tol=1e-9):
                del facts[fact]
                notes.append(Text("{what} is the total of the exports: counted once", what=what))
            else:
                notes.append(Text("{what} is added to the figure of the exports", what=what))
    return notes


def _items(imports: Sequence[Import], choice: FileChoice) -> tuple[ItemFact, ...]:
    files_by_value: dict[ItemFact, dict[float, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in imports:
        for item in each.items:
            files_by_value[item._replace(value=0.0)][item.value].add(each.file)
    values = {}
    for item, files in sorted(files_by_value.items()):
        month = month_text(item.month)
        what = Text("{label} of {item!r} in {month}", label=called(item.measure), item=item.item, month=month)
        values[item] = choice.pick(what, files, "{:g}".format)
    return tuple(item._replace(value=value) for item, value in values.items())


def _covered(each: Import, unknown: set[tuple[str, str, int]]) -> list[CoverageLine]:
    totals = {check.measure: check for check in each.checks}
    return [
        CoverageLine(
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
        for span in _without_months(
            span,
            {month for source, measure, month in unknown if (source, measure) == (each.source, span.measure)},
        )
    ]


def _without_months(span: CoveredSpan, unknown: set[int]) -> list[CoveredSpan]:
    """A span without the months that are unknown."""
    spans = [span]
    for month in sorted(unknown):
        last = spans.pop() if spans else None
        if last is None or not last.first <= last_day(month) or not last.last >= first_day(month):
            spans += [last] if last else []
            continue
        if last.first < first_day(month):
            spans.append(last._replace(last=last_day(month - 1)))
        if last.last > last_day(month):
            spans.append(last._replace(first=first_day(month + 1)))
    return spans


def _in_order(row: CoverageLine) -> tuple[object, ...]:
    return row.measure, row.source, row.first, row.last, row.file
