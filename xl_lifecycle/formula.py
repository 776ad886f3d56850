"""A metric's formula in words, read off the function itself so that the two cannot drift apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable

_SUM, _PRODUCT, _ATOM = 1, 2, 3


class _Term:
    """Stands in for a number and remembers what was done with it."""

    def __init__(self, text: str, binds: int = _ATOM) -> None:
        self.text = text
        self.binds = binds

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

    def __lt__(self, other: object) -> bool:
        return False  # guards against values out of range are not part of the formula


def _term(value: object) -> _Term:
    return value if isinstance(value, _Term) else _Term(str(value))


def formula_of(function: Callable[..., float], names: Iterable[str]) -> str:
    """The arithmetic of a function, written with the given names for its parameters.

    >>> formula_of(lambda a, b, c: (a - b) / c, ["end", "new", "start"])
    '(end - new) / start'
    """
    result: object = function(*(_Term(name) for name in names))
    return _term(result).text
