"""Compares channels, campaigns or items, in order, if there are enough events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_lifecycle.core.analysis.interval import Verdict, compare
from xl_lifecycle.core.answers.clauses import item_entry, missing_clause, no_items, sample_text, value_text
from xl_lifecycle.core.answers.view import ENOUGH, YEAR, Entry, View, events, events_and_base, is_zero
from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.dataset.evaluate import Evaluation
from xl_lifecycle.core.language.vocabulary import ALL, Better
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.core.statistics import intervals


@dataclass(frozen=True)
class Candidate:
    """A channel, campaign or item in a comparison. number: the events that its figure is made of."""

    name: str
    result: Evaluation
    number: float
    sample: str = ""
    noun: Measure | None = None

    @property
    def value(self) -> float:
        return self.result.value or 0.0


@dataclass
class Comparison:
    """The candidates: ordered, the best first; with too few events; and without spend."""

    ordered: list[Candidate]
    few: list[Candidate]
    free: list[Candidate]
    noun: Measure | None
    level: float

    def of(self, name: str) -> Candidate | None:
        return next((each for each in (*self.ordered, *self.few, *self.free) if each.name == name), None)


def candidate(view: View, name: str, channel: str) -> Candidate:
    """A channel as a candidate."""
    result = view.get(name, channel)
    above, _ = events_and_base(result)
    noun = above.measure if above else None
    return Candidate(
        view.speech.place(channel), result, events(result) or 0.0, sample_text(view, result) if above else "", noun
    )


def comparison_of(view: View, places: Sequence[tuple[str, Entry, str]], sample: str = "") -> Comparison:
    """The candidates of a figure. places: name, entry, channel. sample: the events to count if the figure has none."""
    enough: list[Candidate] = []
    few: list[Candidate] = []
    free: list[Candidate] = []
    noun: Measure | None = None
    for name, entry, channel in places:
        result = view.get(entry, channel)
        above, _ = events_and_base(result)
        number = events(result)
        text = sample_text(view, result) if above else ""
        measure = above.measure if above else None
        if number is None and sample:
            counts = view.get(sample, channel)
            number, measure = counts.value, view.dataset.catalogue.measures[sample]
            text = view.speech.count(measure, number) if number is not None else ""
        noun = noun or measure
        if result.value is None and not is_zero(result):
            continue
        if not any(part.value for part in result.inputs.values()):
            continue  # nothing happened here
        candidate = Candidate(name, result, number or 0.0, text, measure)
        costs = [part for part in result.inputs.values() if part.measure.name == "spend"]
        if costs and not costs[0].value:
            free.append(candidate)
        elif result.value is None or (number is not None and number < ENOUGH):
            few.append(candidate)
        else:
            enough.append(candidate)
    lower = bool(enough) and enough[0].result.entry.better is Better.LOWER
    enough.sort(key=lambda each: each.value if lower else -each.value)
    level = 1 - (1 - intervals.LEVEL) / max(1, len(enough) - 1)  # the best of many is more often best by chance
    return Comparison(enough, few, free, noun, level)


def rank_channels(view: View, name: str, sample: str = "", brief: bool = False) -> list[str]:
    """Channels in order of a figure; a chosen channel is compared with the others. brief: only the best."""
    places = [(view.speech.place(each), view.entry(name), each) for each in view.peers()]
    return clauses(view, name, comparison_of(view, places, sample), view.is_company, brief=brief)


def rank_items(view: View, kind: str, name: str, sample: str = "") -> list[str]:
    """The items of a kind in order of a figure."""
    items = view.dataset.items.get(kind, {})
    if not items:
        return [no_items(view, kind)]
    places: list[tuple[str, Entry, str]] = [
        (item, item_entry(view, kind, item, name), view.channel) for item in items.values()
    ]
    comparison, example = comparison_of(view, places, sample), view.get(places[0][1])
    if not (view.is_company or comparison.ordered or comparison.few):
        return [view.speech.say("items_whole"), *rank_items(view.at(ALL), kind, name, sample)]
    return clauses(view, name, comparison, True, example)


def clauses(
    view: View,
    name: str,
    comparison: Comparison,
    none_chosen: bool,
    example: Evaluation | None = None,
    brief: bool = False,
) -> list[str]:
    """The clauses of a comparison. none_chosen: no candidate is the chosen one."""
    speech = view.speech
    if not (comparison.ordered or comparison.few or comparison.free):
        return [missing_clause(view, example or view.get(name, ALL if view.is_company else None))]
    texts = order(view, comparison) if none_chosen else compare_chosen(view, comparison)
    if texts and brief:
        return texts
    if none_chosen and len(comparison.ordered) > 2 and _is_last_worse(comparison):
        texts.append(speech.say("last", z=_with_value(view, comparison.ordered[-1])))
    if none_chosen and comparison.few and comparison.ordered:
        texts.append(speech.say("few", noun=_noun(view, comparison), names=_names(view, comparison.few)))
    if not none_chosen and comparison.of(speech.place(view.channel)) in comparison.ordered[1:]:
        rank = [each.name for each in comparison.ordered].index(speech.place(view.channel)) + 1
        texts.append(speech.say("place", rank=rank, n=len(comparison.ordered)))
    if comparison.free:
        texts.append(speech.say("free", names=speech.list_names([each.name for each in comparison.free])))
    return texts


def _is_last_worse(comparison: Comparison) -> bool:
    """Whether the last is worse than the first by more than chance, if that can be judged."""
    first, last = comparison.ordered[0], comparison.ordered[-1]
    verdict = compare(last.result, first.result, comparison.level)
    return first.value != last.value if verdict is None else verdict in (Verdict.ABOVE, Verdict.BELOW)


def dearest(view: View) -> str:
    """Where a lead costs most, as a high rate may be expensive; "" if that may be chance."""
    comparison = comparison_of(view, [(view.speech.place(each), view.entry("cpl"), each) for each in view.peers()])
    if not view.is_company or len(comparison.ordered) < 3 or not _is_last_worse(comparison):
        return ""
    return view.speech.say("dearest", z=_with_value(view, comparison.ordered[-1]))


def highest_spend(view: View) -> list[str]:
    """Where most is spent for a new customer, even with too few customers to rank."""
    speech, customers = view.speech, view.dataset.catalogue.measures["new_customers"]
    figures = [(view.get("spend", each).value, view.get(customers, each).value, each) for each in view.peers()]
    rows = [(spend, won, each) for spend, won, each in figures if spend and won is not None]
    if len(rows) < 3 or min(won for _, won, _ in rows) >= ENOUGH:
        return []
    rows.sort(key=lambda each: -each[0] / max(each[1], 1.0))
    parts = [
        speech.say("spent_for", name=speech.place(each), money=speech.money(spend), count=speech.count(customers, won))
        for spend, won, each in rows[:2]
    ]
    short = len(view.get("spend").months) < YEAR
    return [speech.say("spent_most", parts=speech.list_names(parts)), speech.say("longer") if short else ""]


def order(view: View, comparison: Comparison) -> list[str]:
    """The best and the second, and whether they differ by more than chance."""
    speech, ordered = view.speech, comparison.ordered
    if not ordered:
        if not comparison.few:
            return []
        name = speech.name(_entry_of(comparison))
        return [
            speech.say("none", name=name, noun=_noun(view, comparison), n=ENOUGH, names=_names(view, comparison.few))
        ]
    words = {"name": speech.name(ordered[0].result.entry), "a": _with_value(view, ordered[0])}
    if len(ordered) == 1:
        return [speech.say("only" if comparison.few else "single", **words)]
    first, second = ordered[:2]
    words |= {"b": _with_value(view, second)}
    verdict = compare(second.result, first.result, comparison.level)
    if verdict is None and first.value != second.value:
        return [speech.join_clauses(speech.say("first", **words), speech.say("sums"))]
    if verdict not in (Verdict.ABOVE, Verdict.BELOW):
        return [speech.say("level", **words)]
    least = min(first.value, second.value)
    if least <= 0:
        return [speech.join_clauses(speech.say("first", **words), speech.say("clear"))]
    lower = first.result.entry.better is Better.LOWER
    times = speech.times(max(first.value, second.value) / least)
    return [speech.say("cheapest" if lower else "best", times=times, **words)]


def compare_chosen(view: View, comparison: Comparison) -> list[str]:
    """The chosen candidate compared with the best of the others."""
    speech, here = view.speech, comparison.of(view.speech.place(view.channel))
    if here is None:
        return [missing_clause(view, view.get(_entry_of(comparison), view.channel))]
    others = [each for each in comparison.ordered if each is not here]
    if others:
        texts = compare_two(view, here, others[0], comparison.level)
    else:
        key = "none_else" if [each for each in comparison.few if each is not here] else "single"
        alone = speech.say(key, name=speech.name(here.result.entry), a=_with_value(view, here))
        texts = [speech.join_clauses(alone, _few(view, here))]
    return texts


def compare_two(view: View, here: Candidate, other: Candidate, level: float = intervals.LEVEL) -> list[str]:
    """Two candidates: how many times as much one is, and whether that is more than chance."""
    speech = view.speech
    words = {"name": speech.name(here.result.entry), "a": _with_value(view, here), "b": _with_value(view, other)}
    least = min(here.value, other.value)
    times = speech.times(max(here.value, other.value) / least) if least > 0 else "1.0"
    key = "against" if times == "1.0" else "times" if here.value > other.value else "times_more"
    text = speech.say(key, times=times, **words)
    few = [_few(view, here), _few(view, other)]
    if any(few):
        return [speech.join_clauses(text, *few)]
    verdict = compare(other.result, here.result, level)
    if verdict is None and here.value != other.value:
        return [speech.join_clauses(text, speech.say("sums"))]
    return [speech.join_clauses(text, speech.say("clear" if verdict in (Verdict.ABOVE, Verdict.BELOW) else "unclear"))]


def _few(view: View, each: Candidate) -> str:
    """The clause for too few events; "" if there are enough."""
    if each.noun is None or each.number >= ENOUGH:
        return ""
    return view.speech.say("so_few", events=view.speech.count(each.noun, each.number))


def shares(view: View, name: str) -> str:
    """The share of each channel in a count."""
    measure = view.dataset.catalogue.measures[name]
    whole = view.get(measure, ALL)
    if not whole.value:
        return missing_clause(view, whole) if whole.value is None else ""
    parts = [(view.get(measure, each).value or 0.0, each) for each in view.channels()]
    top = [
        f"{view.speech.place(each)} {view.speech.percent(value / whole.value)}"
        for value, each in sorted(parts, key=lambda part: -part[0])
        if value > 0
    ]
    return view.speech.say("shares", noun=view.speech.noun(measure), parts=view.speech.list_names(top)) if top else ""


def _value(view: View, each: Candidate) -> str:
    return value_text(view, each.result) if each.result.value is not None else view.speech.say("none_yet")


def _with_value(view: View, each: Candidate) -> str:
    """A name with its value, and the events that it is made of."""
    sample = each.sample and view.speech.say("aside", sample=each.sample)
    return f"{each.name} {_value(view, each)}{sample}"


def _entry_of(comparison: Comparison) -> Measure | Metric:
    return next(each.result.entry for each in (*comparison.ordered, *comparison.few, *comparison.free))


def _noun(view: View, comparison: Comparison) -> str:
    return view.speech.noun(comparison.noun) if comparison.noun else ""


def _names(view: View, few: Sequence[Candidate]) -> str:
    """Names with their numbers, the largest first."""
    most = sorted(few, key=lambda each: -each.number)
    return view.speech.list_names([f"{each.name} {view.speech.number(each.number)}" for each in most])
