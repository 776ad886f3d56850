"""A metric's formula in words, read from the function itself so that the two always agree."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable

from xl_lifecycle.core.cells.errors import CatalogueError

_SUM, _PRODUCT, _ATOM = 1, 2, 3


class _Term:
    """Takes the place of a number and records the arithmetic done with it."""

    def __init__(self, text: str, binds: int = _ATOM, value: float = 1.0) -> None:
        self.text = text
        self.binds = binds
        self.value = value

    def _within(self, binds: int) -> str:
        return self.text if self.binds >= binds else f"({self.text})"

    def __add__(self, other: object) -> _Term:
        return _Term(f"{self.text} + {_term(other)._within(_SUM)}", _SUM)

    def __radd__(self, other: object) -> _Term:
        return _term(other) + self

    def __sub__(self, other: object) -> _Term:
        return _Term(f"{self.text} - {_term(other)._within(_PRODUCT)}", _SUM)

    def __rsub__(self, other: object) -> _Term:
        return _term(other) - self

    def __mul__(self, other: object) -> _Term:
        return _Term(f"{self._within(_PRODUCT)} × {_term(other)._within(_PRODUCT)}", _PRODUCT)

    def __rmul__(self, other: object) -> _Term:
        return _term(other) * self

    def __truediv__(self, other: object) -> _Term:
        return _Term(f"{self._within(_PRODUCT)} / {_term(other)._within(_ATOM)}", _PRODUCT)

    def __rtruediv__(self, other: object) -> _Term:
        return _term(other) / self

    def __neg__(self) -> _Term:
        return _Term(f"-{self._within(_ATOM)}", _PRODUCT)

    def __lt__(self, other: object) -> bool:
        return self.value < _term(other).value

    def __gt__(self, other: object) -> bool:
        return self.value > _term(other).value


def _term(value: object) -> _Term:
    if isinstance(value, _Term):
        return value
    number = float(value)  # type: ignore[arg-type]
    return _Term(f"{number:.15g}", _ATOM, number)


def formula_of(function: Callable[..., float], names: Iterable[str]) -> str:
    """The arithmetic of a function, written with the given names for its parameters.

    A guard that raises ValueError for values out of range is not part of the formula. A function that does
    different things for different values has no formula: that is a CatalogueError.

    >>> formula_of(lambda a, b, c: (a - b) / c, ["end", "new", "start"])
    '(end - new) / start'
    """
    terms = list(names)
    formula = _traced(function, terms, 1.0)
    with contextlib.suppress(ValueError):
        if _traced(function, terms, -1.0) != formula:
            raise CatalogueError("what it does depends on its values")
    return formula


def _traced(function: Callable[..., float], names: Iterable[str], value: float) -> str:
    result: object = function(*(_Term(name, _ATOM, value) for name in names))
    return _term(result).text
