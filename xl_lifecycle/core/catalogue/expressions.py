"""Arithmetic that users write, such as `demos / visitors`: read by a small parser, never run as code."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from xl_lifecycle.core.catalogue.formula import formula_of
from xl_lifecycle.core.cells.errors import ExpressionError
from xl_lifecycle.core.language.text import Text

MOST_LETTERS = 500
MOST_BRACKETS = 50  # nested
_SIGNS = str.maketrans("×÷−＋－＊／（）［］　", "*/-+-*/()[] ")
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?|\.\d+)|\[([^\[\]]*)\]|([^\W\d]\w*(?:\s+\w+)*)|([-+*/()]))")
_ALL_SPACE = re.compile(r"\s*")


@dataclass(frozen=True)
class Expression:
    """An expression as steps: a number or a name is pushed onto a stack; a sign pops two values and pushes one.

    names: each once, in the order of the expression, as written.
    """

    steps: tuple[tuple[str, float | str], ...]
    names: tuple[str, ...]

    def __call__(self, *values: float) -> float:
        """The value for the given values of its names; ZeroDivisionError if it divides by 0."""
        known = dict(zip(self.names, values, strict=True))
        stack: list[float] = []
        for kind, what in self.steps:
            if kind == "number":
                stack.append(what)  # type: ignore[arg-type]
            elif kind == "name":
                stack.append(known[what])  # type: ignore[index]
            elif what == "negative":
                stack.append(-stack.pop())
            else:
                b, a = stack.pop(), stack.pop()
                stack.append(a + b if what == "+" else a - b if what == "-" else a * b if what == "*" else a / b)
        return stack.pop()

    def formula(self, names: tuple[str, ...]) -> str:
        """The expression with the given names in place of its own."""
        return formula_of(self, names)


def parse(text: str) -> Expression:
    """Read an expression: + - * / ( ), numbers, and names; a name with other signs is written in [ ].

    >>> ratio = parse("100 * (demos - [no-shows]) / visitors")
    >>> ratio.names, ratio(50, 10, 1000), ratio.formula(("a", "b", "c"))
    (('demos', 'no-shows', 'visitors'), 4.0, '100 × (a - b) / c')
    """
    if len(text) > MOST_LETTERS:
        raise ExpressionError("the expression is longer than {most} letters", most=MOST_LETTERS)
    parser = _ExpressionParser(_tokens(text.translate(_SIGNS)))
    parser.sum()
    if parser.kind != "end":
        raise ExpressionError("a sign is missing before {what}", what=parser.token_text)
    if not parser.names:
        raise ExpressionError("the expression contains no measure or metric")
    expression = Expression(tuple(parser.steps), tuple(parser.names))
    try:
        expression.formula(expression.names)
    except ZeroDivisionError:
        raise ExpressionError("the expression divides by 0") from None
    return expression


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while _ALL_SPACE.fullmatch(text, at) is None:
        token = _TOKEN.match(text, at)
        if token is None:
            wrong = text[at:].lstrip()[0]
            raise ExpressionError("{sign} cannot be there: write + - * / ( ), numbers, and names as [name]", sign=wrong)
        at = token.end()
        number, bracketed, name, sign = token.groups()
        if number:
            tokens.append(("number", number))
        elif sign:
            tokens.append((sign, sign))
        else:
            tokens.append(("name", " ".join((bracketed if name is None else name).split())))
    return [*tokens, ("end", "")]


class _ExpressionParser:
    """Reads tokens from left to right, products before sums."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0
        self.steps: list[tuple[str, float | str]] = []
        self.names: dict[str, None] = {}

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def token_text(self) -> str:
        text = self.tokens[self.at][1]
        return f"[{text}]" if self.kind == "name" else text or Text("the end")

    def sum(self) -> None:
        self.product()
        while (sign := self.kind) in ("+", "-"):
            self.at += 1
            self.product()
            self.steps.append(("sign", sign))

    def product(self) -> None:
        self.operand()
        while (sign := self.kind) in ("*", "/"):
            self.at += 1
            self.operand()
            self.steps.append(("sign", sign))

    def operand(self) -> None:
        kind, text = self.tokens[self.at]
        negative = 0
        while kind in ("-", "+"):
            negative += kind == "-"
            self.at += 1
            kind, text = self.tokens[self.at]
        if kind not in ("number", "name", "("):
            raise ExpressionError("a name or a number is missing before {what}", what=self.token_text)
        self.at += 1
        if kind == "(":
            self._bracket()
        elif kind == "number":
            self.steps.append(("number", _number(text)))
        elif not text:
            raise ExpressionError("there is no name between [ and ]")
        else:
            self.names.setdefault(text)
            self.steps.append(("name", text))
        if negative % 2:
            self.steps.append(("sign", "negative"))

    def _bracket(self) -> None:
        self.depth += 1
        if self.depth > MOST_BRACKETS:
            raise ExpressionError("more than {most} brackets are nested", most=MOST_BRACKETS)
        self.sum()
        if self.kind != ")":
            raise ExpressionError(") is missing before {what}", what=self.token_text)
        self.at += 1
        self.depth -= 1


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ExpressionError("a number is too large")
    return value
