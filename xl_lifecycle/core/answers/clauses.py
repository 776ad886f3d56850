"""Clauses about one figure: its value, its change, its target, and why there is no value."""

from __future__ import annotations

from xl_lifecycle.core.analysis.interval import Verdict, bounds, compare, counts_people
from xl_lifecycle.core.analysis.projection import attainment
from xl_lifecycle.core.answers.view import ENOUGH, Entry, View, events, events_and_base, is_zero
from xl_lifecycle.core.catalogue.catalogue import Item, Metric
from xl_lifecycle.core.cells.errors import Refusal
from xl_lifecycle.core.dataset.evaluate import Evaluation
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import ALL, Better, InputTable, Unit
from xl_lifecycle.core.metrics.measures import Measure

MANIFOLD = 10  # above this, a change in percent means little


def figure_clauses(view: View, name: str, change: bool = True, target: bool = True) -> list[str]:
    """A figure with its sample, its change and its target; or why there is no figure."""
    entry = view.entry(name)
    result = view.get(entry)
    if result.value is None:
        return [missing_clause(view, result)]
    if not view.is_company and not any(part.rows for part in result.inputs.values()) and not counts_people(result):
        return [company_clause(view, result, "none_here") or figure(view, result)]
    clauses = [figure(view, result)]
    if change:
        clauses.append(change_clause(view, result, entry))
    if target:
        clauses.append(goal(view, name, result))
    return [*clauses, *caveats(view, result)]


def figure(view: View, result: Evaluation) -> str:
    """A figure and what it is counted from."""
    name, value, sample = view.speech.name(result.entry), value_text(view, result), sample_text(view, result)
    key = "figure_of" if sample else "figure"
    return view.speech.say(key, name=name, value=value, sample=sample)


def value_text(view: View, result: Evaluation) -> str:
    """A figure's value; for people counted by month, the average month."""
    assert result.value is not None
    if counts_people(result) and len(result.months) > 1:
        return view.speech.say("a_month", value=view.speech.number(round(result.value / len(result.months))))
    return view.speech.value(result.entry.unit, result.value)


def sample_text(view: View, result: Evaluation) -> str:
    """What a figure is counted from: "10 leads of 100 visitors", or the months of a sum.

    People are counted once per month. A person who comes in two months counts twice, and the text says so.
    """
    above, below = events_and_base(result)
    if above is None:
        return view.speech.months(result.months)
    parts = [part for part in (above, below) if part]
    counts = [view.speech.count(part.measure, part.value) for part in parts]
    sample = view.speech.say("share_of", events=counts[0], base=counts[1]) if len(counts) > 1 else counts[0]
    people = any(counts_people(Evaluation(part.measure, result.where)) for part in parts)
    return (
        view.speech.list_names([sample, view.speech.say("added_up")]) if people and len(result.months) > 1 else sample
    )


def change_clause(view: View, result: Evaluation, entry: Entry) -> str:
    """How a figure changed, and whether chance can explain it; for an average of sums that is unknown."""
    pair = view.before(result, entry)
    if pair is None:
        return view.speech.say("no_before")
    new, old, what = pair
    verdict = compare(old, new)
    words = {"what": what, "old": _plain(view, old), "new": _plain(view, new)}
    if verdict is Verdict.FEW:
        return view.speech.say("few_change", **words)
    assert new.value is not None
    assert old.value is not None
    up = new.value > old.value
    if verdict is Verdict.SAME or words["old"] == words["new"]:
        return view.speech.say("steady", **words)
    counts = new.entry.unit in (Unit.COUNT, Unit.CURRENCY) and isinstance(new.entry, Measure)
    if counts and old.value > 0 and 0 <= new.value <= MANIFOLD * old.value:
        by = view.speech.percent(abs(new.value / old.value - 1))
        return view.speech.say("up" if up else "down", by=by, **words)
    if verdict is None and not isinstance(new.entry, Measure) and "/" in new.entry.formula:
        return view.speech.say("moved", **words)
    return view.speech.say("rise" if up else "fall", **words)


def _plain(view: View, result: Evaluation) -> str:
    """A value for comparison; for people counted by month, the average month."""
    assert result.value is not None
    value = round(result.value / len(result.months)) if counts_people(result) else result.value
    return view.speech.value(result.entry.unit, value)


def goal(view: View, name: str, result: Evaluation) -> str:
    """How far a target is reached; "" if there is no target."""
    aim = view.goal(name)
    if aim is None or result.value is None or result.entry.better is Better.NEITHER or counts_people(result):
        return ""
    try:
        share = attainment(result.value, aim, result.entry.better)
    except Refusal:
        return ""
    words = {"goal": view.speech.value(result.entry.unit, aim), "share": view.speech.percent(share)}
    target = view.speech.say("target", **words)
    around = None if isinstance(result.entry, Measure) else bounds(result)
    near = around is not None and share < 1 and around[0] <= aim <= around[1]
    return view.speech.say("near", target=target) if near else target


def caveats(view: View, result: Evaluation) -> list[str]:
    """Reasons for caution: few events, and months that are missing or recorded only in part."""
    clauses = []
    above, _ = events_and_base(result)
    number = events(result)
    if above and number is not None and number < ENOUGH:
        clauses.append(view.speech.say("too_few", events=view.speech.count(above.measure, number)))
    if result.dropped:
        count = len(result.months)
        clauses.append(view.speech.say("part", n=count, m=count + len(result.dropped)))
    if halved := view.partial_months(result):
        clauses.append(view.speech.say("half", months=view.speech.months(halved)))
    return clauses


def missing_clause(view: View, result: Evaluation) -> str:
    """Why a figure is unknown, and what to do."""
    if result.value is not None:
        return figure(view, result)
    dataset, speech, entry, item = view.dataset, view.speech, result.entry, result.where.item
    leaves = [dataset.catalogue.measures[name] for name in dataset.catalogue.leaves(entry.name)]
    for measure in leaves:
        if not dataset.covered(measure.name, item):
            table = InputTable.ITEMS if item else measure.table
            return speech.say("empty", noun=speech.noun(measure), sheet=speech.sheet(table.value))
    name = speech.name(entry)
    if not result.months:
        outside = next((m for m in leaves if not _in_period(view, m)), leaves[0])
        months = speech.months(sorted(dataset.covered(outside.name, item)))
        return speech.say("not_then", noun=speech.name(outside), months=months)
    if is_zero(result):
        if other := company_clause(view, result, "none_here"):
            return other
        return _undivided(view, result)
    return company_clause(view, result, "whole_only") or speech.say("unknown", name=name)


def _undivided(view: View, result: Evaluation) -> str:
    """Which number it divides by is 0."""
    speech, entry = view.speech, result.entry
    name = speech.within(speech.name(entry))
    below = entry.formula.rpartition(" / ")[2] if isinstance(entry, Metric) else ""
    for part in result.inputs.values():
        if part.measure.name == below and not part.value:
            return speech.say("zero", noun=speech.noun(part.measure), name=name)
    if below == "churn" and view.get("churn").value == 0:
        return speech.say("no_churn", name=name)
    return speech.say("unknown", name=speech.name(entry))


def company_clause(view: View, result: Evaluation, key: str) -> str:
    """The figure of the whole company, if only that is known; "" if that is unknown too."""
    if view.is_company or result.where.channel == ALL or result.where.item:
        return ""
    everywhere = view.get(result.entry.name, ALL)
    if not everywhere.value:
        return ""
    words = {"name": view.speech.name(result.entry), "place": view.speech.place(view.channel)}
    return view.speech.say(key, value=value_text(view, everywhere), **words)


def _in_period(view: View, measure: Measure) -> bool:
    months = view.period.months(view.dataset.complete(measure.name), view.dataset.settings.fiscal)
    return bool({*months} & view.dataset.covered(measure.name))


def no_items(view: View, kind: str) -> str:
    """The clause for a kind without items."""
    noun = translate(view.dataset.catalogue.kinds[kind].label, view.speech.language)
    return view.speech.say("no_items", noun=noun, sheet=view.speech.sheet(InputTable.ITEMS.value))


def item_entry(view: View, kind: str, item: str, name: str) -> Item:
    """A figure of one item."""
    return Item(kind, item, view.entry(name))
