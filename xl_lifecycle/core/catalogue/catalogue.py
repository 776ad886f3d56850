"""The list of measures and metrics, from which functions, sheets and pages are generated."""

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
    """A computed quantity: the function and its description."""

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
    is_custom: bool = False  # defined by users, so it is not a function

    @property
    def label(self) -> Label:
        """Its name in cells."""
        return Label(self.title, "metrics")

    @property
    def in_formula(self) -> Label:
        """Its name in formulas: in English its Python name."""
        return Label(self.title, "metrics", english=self.name)

    @property
    def excel_name(self) -> str:
        return self.name if self.is_custom else self.name.upper()


@dataclass(frozen=True)
class Item:
    """The value of one item: `keyword:crm software`, or with a measure or metric `cta:Book a demo:cta_click_rate`."""

    kind: str
    item: str
    entry: Measure | Metric


Entry = Measure | Metric | Item


class Catalogue:
    """Measures and metrics by name, with the words that mean them.

    reserved: names that a metric cannot have, in capitals: those of functions that are not metrics.
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
        self.broken: Mapping[str, str] = {}  # names of metrics that users defined wrongly, and what is wrong
        self._check()

    @cached_property  # on first use: loading the functions does not need the other languages
    def words(self) -> dict[str, Measure | Metric]:
        """The measures and metrics by each of their names, in every language."""
        entries_by_word: dict[str, Measure | Metric] = {}
        entries: list[Measure | Metric] = [*self.measures.values(), *self.metrics.values()]
        for entry in entries:
            aliases = entry.aliases if isinstance(entry, Metric) else ()
            for word in (entry.name, *aliases, *entry.label.everywhere):
                first = entries_by_word.setdefault(fold(word), entry)
                if first is not entry:
                    raise CatalogueError(f"{word!r} means both {first.name} and {entry.name}")
        return entries_by_word

    @cached_property
    def headers(self) -> dict[str, Measure]:
        """The measures by the headers of their columns, in every language."""
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
            clashes = {metric.excel_name, *(alias.upper() for alias in metric.aliases)} & self.reserved
            if clashes:
                raise CatalogueError(f"{metric.name}: {clashes.pop()} is one of our own functions")
            if not metric.inputs:
                raise CatalogueError(f"{metric.name} has no inputs")
            for name in metric.inputs:
                if name not in self.measures and name not in self.metrics:
                    raise CatalogueError(f"{metric.name}: its input {name!r} is neither a measure nor a metric")
            self.leaves(metric.name)
        for kind in self.kinds.values():
            if kind.main not in self.measures:
                raise CatalogueError(f"{kind.name}: {kind.main!r} is not a measure")

    def extend(self, measures: Iterable[Measure], metrics: Iterable[Metric], broken: Mapping[str, str]) -> Catalogue:
        """This catalogue with the measures and metrics that users defined."""
        both = (*self.measures.values(), *measures), (*self.metrics.values(), *metrics)
        catalogue = Catalogue(*both, self.kinds.values(), self.reserved)
        catalogue.broken = broken
        return catalogue

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
            measures = (leaf for part in self.metrics[name].inputs for leaf in self.leaves(part, (*above, name)))
            self._leaves[name] = tuple(dict.fromkeys(measures))
        return self._leaves[name]

    def in_channel(self, name: str, channel: str) -> bool:
        """Whether a channel has a measure or metric: whether it records all that the metric is made of.

        >>> catalogue = collect()
        >>> [catalogue.in_channel("open_rate", channel) for channel in ("Email", "Signs", "Our newsletter")]
        [True, False, True]
        >>> catalogue.in_channel("nps", "Email")
        False
        """
        channel_lists = (self.measures[leaf].channels for leaf in self.leaves(name))
        return all(
            channels is None or (channel in channels if channel in USUAL_CHANNELS else channels)
            for channels in channel_lists
        )

    def find(self, word: str) -> Entry:
        """The measure, metric or item that a word names; refuses an unknown word with a hint at the nearest one.

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
            item, _, quantity = rest.rpartition(":") if ":" in rest else (rest, "", kind.main)
            inner = self.words.get(fold(quantity))
            if inner is None:  # the colon belongs to the item's own name
                item, inner = rest, self.measures[kind.main]
            return Item(kind.name, item.strip(), inner)
        raise Refusal(
            ExcelError.VALUE,
            '"{word}" is not a metric, measure or item{hint}',
            word=word,
            hint=nearest(word, self.words),
        )

    def label(self, name: str) -> Label:
        """The name of a measure or metric in cells."""
        return (self.measures.get(name) or self.metrics[name]).label

    def in_formula(self, name: str) -> Label:
        """The name of a measure or metric in formulas."""
        return (self.measures.get(name) or self.metrics[name]).in_formula

    def formula(self, metric: Metric) -> Text:
        """A metric's formula as a text that can be translated."""
        names = dict.fromkeys(metric.inputs)
        template = re.sub(
            r"[^\W\d]\w*", lambda match: f"{{{match[0]}}}" if match[0] in names else match[0], metric.formula
        )
        return Text(template, **{name: self.in_formula(name) for name in names})

    def measure_of(self, header: str) -> Measure | None:
        """The measure that a column header names, in any language.

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
    """The catalogue of all measures, and of the metrics in modules. reserved: names that a metric cannot have."""
    functions = (value for module in modules for value in vars(module).values() if inspect.isfunction(value))
    metrics = [read_metric(function) for function in functions if "declaration" in function.__dict__]
    return Catalogue(MEASURES, metrics, ITEM_KINDS, reserved)


def read_metric(function: Callable[..., float]) -> Metric:
    """A declared function as a metric; an incomplete docstring is an error."""
    declaration: MetricDeclaration = function.__dict__["declaration"]
    name = function.__name__
    text = inspect.cleandoc(function.__doc__ or "")
    prose, _, doctest = text.partition("\n>>> ")
    body, _, source = prose.partition("\nSource:")
    first, _, more = body.partition("\n")
    title = re.split(r":\s", first, maxsplit=1)[0].rstrip(".")
    if not (title and source.strip() and doctest):
        raise CatalogueError(f"{name}: its docstring needs a title, a line 'Source: ...' and a doctest")
    kinds = {"stage": Stage, "unit": Unit, "better": Better, "timing": Timing}
    if not all(isinstance(getattr(declaration, field), kind) for field, kind in kinds.items()):
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
    """A hint at the nearest known word; "" if none is near.

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
    """A word without differences of spelling: case, spaces, underscores and hyphens do not matter."""
    return re.sub(r"[\s_-]+", " ", word).strip().casefold()


_T = TypeVar("_T", Measure, Metric, ItemKind)


def _unique(entries: Iterable[_T]) -> dict[str, _T]:
    by_name: dict[str, _T] = {}
    for entry in entries:
        if entry.name in by_name:
            raise CatalogueError(f"{entry.name} is declared twice")
        by_name[entry.name] = entry
    return by_name
