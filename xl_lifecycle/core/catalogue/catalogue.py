"""The one list of measures and metrics, from which functions, sheets and pages are generated."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import ModuleType
from typing import TypeVar

from xl_lifecycle.core.catalogue.formula import formula_of
from xl_lifecycle.core.cells.errors import CatalogueError, ExcelError, Refusal
from xl_lifecycle.core.language.channels import CHANNELS
from xl_lifecycle.core.language.text import Label, Text
from xl_lifecycle.core.language.vocabulary import Basis, Better, InputTable, Stage, Timing, Unit
from xl_lifecycle.core.metrics import MetricDeclaration, attract, capture, convert, expand, nurture
from xl_lifecycle.core.metrics.measures import ITEM_KINDS, MEASURES, ItemKind, Measure

USUAL_CHANNELS = frozenset(CHANNELS)


@dataclass(frozen=True)
class Metric:
    """A computed quantity: the function, and all that is said of it."""

    name: str
    function: Callable[..., float]
    inputs: tuple[str, ...]
    title: str
    definition: str
    formula: str
    source: str
    stage: Stage
    unit: Unit
    better: Better
    timing: Timing
    seeds: tuple[str, ...]
    aliases: tuple[str, ...]
    basis: Basis
    own: bool = False  # defined by people, so no function

    @property
    def label(self) -> Label:
        """What cells call it."""
        return Label(self.title, "metrics")

    @property
    def in_formula(self) -> Label:
        """What formulas call it: in English its name."""
        return Label(self.title, "metrics", shown=self.name)

    @property
    def excel_name(self) -> str:
        return self.name if self.own else self.name.upper()


@dataclass(frozen=True)
class Item:
    """One item's value: `keyword:crm software`, or with a named measure or metric `cta:Book a demo:cta_click_rate`."""

    kind: str
    item: str
    entry: Measure | Metric


Entry = Measure | Metric | Item


class Catalogue:
    """Measures and metrics by name, with the words that find them.

    reserved: what no metric can be called, in capitals: functions that are not metrics.
    """

    def __init__(
        self,
        measures: Iterable[Measure],
        metrics: Iterable[Metric],
        kinds: Iterable[ItemKind],
        reserved: Iterable[str] = (),
    ) -> None:
        self.reserved = frozenset(reserved)
        self.measures: Mapping[str, Measure] = _unique(measures)
        self.metrics: Mapping[str, Metric] = _unique(metrics)
        self.kinds: Mapping[str, ItemKind] = _unique(kinds)
        self._leaves: dict[str, tuple[str, ...]] = {}
        self.broken: Mapping[str, str] = {}  # words that people defined wrongly, and why they mean nothing
        self._check()

    @cached_property  # read on first use: the words of other languages are not needed to load the functions
    def words(self) -> dict[str, Measure | Metric]:
        """The measures and metrics by every word that means them, in any language."""
        found: dict[str, Measure | Metric] = {}
        entries: list[Measure | Metric] = [*self.measures.values(), *self.metrics.values()]
        for entry in entries:
            aliases = entry.aliases if isinstance(entry, Metric) else ()
            for word in (entry.name, *aliases, *entry.label.everywhere):
                known = found.setdefault(fold(word), entry)
                if known is not entry:
                    raise CatalogueError(f"{word!r} means both {known.name} and {entry.name}")
        return found

    @cached_property
    def headers(self) -> dict[str, Measure]:
        """The measures by what heads their columns, in any language."""
        return {fold(word): each for each in self.measures.values() for word in (each.name, *each.label.everywhere)}

    @cached_property
    def _kind_words(self) -> dict[str, ItemKind]:
        return {fold(word): kind for kind in self.kinds.values() for word in (kind.name, *kind.label.everywhere)}

    def _check(self) -> None:
        for measure in self.measures.values():
            if not all(
                (measure.unit, measure.better, measure.timing, measure.definition, measure.source, measure.seeds)
            ):
                raise CatalogueError(
                    f"{measure.name}: unit, direction, timing, definition, source and seeds are needed"
                )
            if measure.weight and measure.weight not in self.measures:
                raise CatalogueError(f"{measure.name}: its weight {measure.weight!r} is not a measure")
        for metric in self.metrics.values():
            if metric.name in self.measures:
                raise CatalogueError(f"{metric.name} is both a measure and a metric")
            taken = {metric.excel_name, *(alias.upper() for alias in metric.aliases)} & self.reserved
            if taken:
                raise CatalogueError(f"{metric.name}: {taken.pop()} is one of our own functions")
            if not metric.inputs:
                raise CatalogueError(f"{metric.name} has no inputs")
            for name in metric.inputs:
                if name not in self.measures and name not in self.metrics:
                    raise CatalogueError(f"{metric.name}: its input {name!r} is neither a measure nor a metric")
            self.leaves(metric.name)
        for kind in self.kinds.values():
            if kind.main not in self.measures:
                raise CatalogueError(f"{kind.name}: {kind.main!r} is not a measure")

    def extended(self, measures: Iterable[Measure], metrics: Iterable[Metric], broken: Mapping[str, str]) -> Catalogue:
        """This catalogue with what people defined besides."""
        both = (*self.measures.values(), *measures), (*self.metrics.values(), *metrics)
        found = Catalogue(*both, self.kinds.values(), self.reserved)
        found.broken = broken
        return found

    def leaves(self, name: str, above: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The measures that a measure or metric is made of, in the order of its formula.

        >>> collect().leaves("ltv_to_cac")[:3]
        ('new_revenue', 'existing_revenue', 'customers_end')
        """
        if name in self.measures:
            return (name,)
        if name in above:
            raise CatalogueError(f"{name} is made of itself: {' > '.join((*above, name))}")
        if name not in self._leaves:
            found = (leaf for part in self.metrics[name].inputs for leaf in self.leaves(part, (*above, name)))
            self._leaves[name] = tuple(dict.fromkeys(found))
        return self._leaves[name]

    def in_channel(self, name: str, channel: str) -> bool:
        """Whether a measure or metric is a channel's: all that it is made of is recorded by that channel.

        >>> catalogue = collect()
        >>> [catalogue.in_channel("open_rate", channel) for channel in ("Email", "Signs", "Our newsletter")]
        [True, False, True]
        >>> catalogue.in_channel("nps", "Email")
        False
        """
        found = (self.measures[leaf].channels for leaf in self.leaves(name))
        return all(own is None or (channel in own if channel in USUAL_CHANNELS else own) for own in found)

    def find(self, word: str) -> Entry:
        """The measure, metric or item that a word names; refuses with the nearest word we know.

        >>> collect().find("Cost per lead").name, collect().find("keyword:crm").entry.name
        ('cpl', 'rank')
        """
        entry = self.words.get(fold(word))
        if entry:
            return entry
        if reason := self.broken.get(fold(word)):
            raise Refusal(ExcelError.VALUE, reason)
        kind_word, colon, rest = word.partition(":")
        kind = self._kind_words.get(fold(kind_word))
        if colon and kind:
            item, _, wanted = rest.rpartition(":") if ":" in rest else (rest, "", kind.main)
            inner = self.words.get(fold(wanted))
            if inner is None:  # the colon belongs to the item's own name
                item, inner = rest, self.measures[kind.main]
            return Item(kind.name, item.strip(), inner)
        raise Refusal(
            ExcelError.VALUE, '"{word}" is no metric, measure or item{hint}', word=word, hint=nearest(word, self.words)
        )

    def label(self, name: str) -> Label:
        """What a measure or metric is called."""
        return (self.measures.get(name) or self.metrics[name]).label

    def in_formula(self, name: str) -> Label:
        """What a formula calls a measure or metric: in English by its name."""
        return (self.measures.get(name) or self.metrics[name]).in_formula

    def formula(self, metric: Metric) -> Text:
        """A metric's formula, which can be said in any language."""
        names = dict.fromkeys(metric.inputs)
        template = re.sub(
            r"[^\W\d]\w*", lambda found: f"{{{found[0]}}}" if found[0] in names else found[0], metric.formula
        )
        return Text(template, **{name: self.in_formula(name) for name in names})

    def measure_of(self, header: str) -> Measure | None:
        """The measure that a column header names, in any of the languages.

        >>> collect().measure_of("마케팅 비용").name
        'spend'
        """
        return self.headers.get(fold(header))

    def kind_of(self, word: str) -> ItemKind | None:
        """The item kind that a word names."""
        return self._kind_words.get(fold(word))

    def table(self, table: InputTable) -> list[Measure]:
        """The measures that a table has columns for, in order."""
        return [measure for measure in self.measures.values() if measure.table is table]

    def stage(self, stage: Stage) -> list[Metric]:
        """The metrics of a stage, in order."""
        return [metric for metric in self.metrics.values() if metric.stage is stage]


def collect(
    modules: Iterable[ModuleType] = (attract, capture, nurture, convert, expand), reserved: Iterable[str] = ()
) -> Catalogue:
    """The catalogue of all measures and of the metrics in the given modules. reserved: names no metric can have."""
    functions = (value for module in modules for value in vars(module).values() if inspect.isfunction(value))
    metrics = [read_metric(function) for function in functions if "declaration" in function.__dict__]
    return Catalogue(MEASURES, metrics, ITEM_KINDS, reserved)


def read_metric(function: Callable[..., float]) -> Metric:
    """A declared function as a metric; what its docstring lacks is an error."""
    declaration: MetricDeclaration = function.__dict__["declaration"]
    name = function.__name__
    text = inspect.cleandoc(function.__doc__ or "")
    prose, _, doctest = text.partition("\n>>> ")
    body, _, source = prose.partition("\nSource:")
    first, _, more = body.partition("\n")
    title = re.split(r":\s", first, maxsplit=1)[0].rstrip(".")
    if not (title and source.strip() and doctest):
        raise CatalogueError(f"{name}: its docstring needs a title, a line 'Source: ...' and a doctest")
    if not all(isinstance(value, kind) for value, kind in (
        (declaration.stage, Stage), (declaration.unit, Unit), (declaration.better, Better), (declaration.timing, Timing)
    )):  # fmt: skip
        raise CatalogueError(f"{name}: stage, unit, direction and timing must be words of the vocabulary")
    inputs = tuple(inspect.signature(function).parameters)
    return Metric(
        name=name,
        function=function,
        inputs=inputs,
        title=title,
        definition=" ".join(f"{first}\n{more}".split()),
        formula=_formula(name, function, inputs),
        source=" ".join(source.split()).rstrip("."),
        stage=declaration.stage,
        unit=declaration.unit,
        better=declaration.better,
        timing=declaration.timing,
        seeds=declaration.seeds,
        aliases=declaration.aliases,
        basis=declaration.basis,
    )


def _formula(name: str, function: Callable[..., float], inputs: tuple[str, ...]) -> str:
    try:
        return formula_of(function, inputs)
    except CatalogueError as error:
        raise CatalogueError(f"{name}: {error}") from None


def nearest(word: str, known: Iterable[str]) -> Text:
    """A hint at the nearest known word, or nothing.

    >>> nearest("piad ads", ["Paid ads", "Email"])
    '; did you mean "Paid ads"?'
    """
    return _nearest(word, tuple(known))


@lru_cache(maxsize=1024)  # a wrong word often fills a whole column
def _nearest(word: str, known: tuple[str, ...]) -> Text:
    folded = {fold(candidate): candidate for candidate in known}
    close = difflib.get_close_matches(fold(word), folded, n=1, cutoff=0.6)
    return Text('; did you mean "{word}"?', word=folded[close[0]]) if close else Text("")


def fold(word: str) -> str:
    """Spelling apart: case, spaces, underscores and hyphens do not matter."""
    return re.sub(r"[\s_-]+", " ", word).strip().casefold()


_T = TypeVar("_T", Measure, Metric, ItemKind)


def _unique(entries: Iterable[_T]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for entry in entries:
        if entry.name in found:
            raise CatalogueError(f"{entry.name} is declared twice")
        found[entry.name] = entry
    return found
