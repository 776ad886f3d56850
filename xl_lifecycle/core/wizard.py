"""What Excel's function wizard says about our functions: their parameters, and a text for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from xl_lifecycle.core.catalogue.catalogue import Metric

SIMPLE = "simple"


@dataclass(frozen=True)
class Function:
    """A function as the hosts register it."""

    name: str
    parameters: tuple[str, ...]
    description: str
    argument_descriptions: tuple[str, ...]
    variadic: bool = False


A_CHANNEL = 'A channel, "All", or "channel/campaign"'
ANY_CHANNEL = f"{A_CHANNEL}; or a number to calculate from numbers of your own"
A_PERIOD = 'A period: 2026-03, 2026-Q1, 2026, YTD, "last 3 months", "all"'
THE_DATA = "The workbook's data: write Data"
THE_TARGETS = "The table of goals: Targets[#All]"
A_LEVEL = "The level of confidence; 0.95 when left out"
A_MODEL = f'A named variant; "{SIMPLE}" when left out'


def metric_function(name: str, metric: Metric) -> Function:
    """The parameters have the names of the numbers; channel, period, data and model share their places."""
    names = ("channel", "period", "data", "model")
    texts = (ANY_CHANNEL, A_PERIOD, THE_DATA, A_MODEL)
    count = max(len(metric.inputs), len(names))
    parameters, descriptions = [], []
    for i in range(count):
        words = ([names[i]] if i < len(names) else []) + ([metric.inputs[i]] if i < len(metric.inputs) else [])
        parameters.append("_or_".join(words))
        descriptions.append("; or ".join(([texts[i]] if i < len(names) else []) + [w for w in words if w not in names]))
    return Function(name, tuple(parameters), metric.definition, tuple(descriptions))


Method = TypeVar("Method", bound=Callable[..., object])


def function(name: str, description: str, /, variadic: bool = False, **arguments: str) -> Callable[[Method], Method]:
    """Declare a method to be an Excel function: its name, what the wizard says about it and about each argument."""
    declaration = Function(name, tuple(arguments), description, tuple(arguments.values()), variadic)

    def declare(method: Method) -> Method:
        method.__dict__["function"] = declaration
        return method

    return declare


def declared_functions(owner: type) -> dict[str, tuple[str, Function]]:
    """The functions that a class and its base classes declare, in order, with the name of each method."""
    methods = [each for level in reversed(owner.__mro__) for each in vars(level).items() if callable(each[1])]
    pairs = [(name, getattr(method, "__dict__", {}).get("function")) for name, method in methods]
    return {function.name: (name, function) for name, function in pairs if isinstance(function, Function)}
