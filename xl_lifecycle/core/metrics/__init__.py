"""What is computed: one module per stage, one function per metric.

To add a metric, add one function here. Its parameters are measures or other metrics; its docstring is the
text of the function wizard, of the Metrics sheet and of METRICS.md, and a doctest. The functions stay plain
Python: `metric` only adds what the docstring cannot say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from xl_lifecycle.core.language.vocabulary import Basis, Better, Stage, Timing, Unit

Function = TypeVar("Function", bound=Callable[..., float])


@dataclass(frozen=True)
class MetricDeclaration:
    """What `metric` adds to a function."""

    stage: Stage
    unit: Unit
    better: Better
    timing: Timing
    seeds: tuple[str, ...]
    aliases: tuple[str, ...]
    basis: Basis


def metric(
    *,
    stage: Stage,
    unit: Unit,
    better: Better,
    timing: Timing,
    seeds: Sequence[str],
    aliases: Sequence[str] = (),
    basis: Basis = Basis.PERIOD,
) -> Callable[[Function], Function]:
    """Declare a function to be a metric. Unit, direction and timing have no defaults: each must be decided."""
    declaration = MetricDeclaration(stage, unit, better, timing, tuple(seeds), tuple(aliases), basis)

    def declare(function: Function) -> Function:
        function.__dict__["declaration"] = declaration
        return function

    return declare
