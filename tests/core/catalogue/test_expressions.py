"""Expressions that users write: read as usual arithmetic, and each mistake has a sentence."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_lifecycle.core.catalogue.expressions import MOST_BRACKETS, MOST_LETTERS, parse
from xl_lifecycle.core.cells.errors import ExpressionError

NAMES = ("leads", "visitors", "demos")
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def reference(text: str, values: dict[str, float]) -> float:
    """The value according to Python's grammar."""

    def value(node: ast.AST) -> float:
        match node:
            case ast.Expression():
                return value(node.body)
            case ast.Constant():
                return float(node.value)  # type: ignore[arg-type]
            case ast.Name():
                return values[node.id]
            case ast.UnaryOp():
                return -value(node.operand) if isinstance(node.op, ast.USub) else value(node.operand)
            case ast.BinOp():
                return OPERATORS[type(node.op)](value(node.left), value(node.right))
        raise AssertionError(node)

    return value(ast.parse(text, mode="eval"))


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from([" + ", "-", " * ", "/", " - "]), inner).map("".join),
        inner.map("({})".format),
        inner.map("-{}".format),
    )


arithmetic = st.recursive(
    st.one_of(st.sampled_from(NAMES), st.sampled_from(["2", "0.5", "100"])), larger, max_leaves=12
)
numbers = st.floats(0.01, 1000)


@given(arithmetic, numbers, numbers, numbers)
def test_the_value_is_that_of_arithmetic(text: str, leads: float, visitors: float, demos: float) -> None:
    values = {"leads": leads, "visitors": visitors, "demos": demos}
    try:
        expression = parse(f"leads + {text}")
    except ExpressionError:
        with pytest.raises(ZeroDivisionError):  # in what is said of it
            reference(f"leads + {text}", dict.fromkeys(NAMES, 1.0))
        return
    given_values = [values[name] for name in expression.names]
    try:
        expected = reference(f"leads + {text}", values)
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            expression(*given_values)
        return
    assert expression(*given_values) == expected


@given(arithmetic, numbers, numbers, numbers)
def test_the_formula_says_the_same(text: str, leads: float, visitors: float, demos: float) -> None:
    values = {"leads": leads, "visitors": visitors, "demos": demos}
    try:
        expression = parse(f"leads + {text}")
        expected = expression(*(values[name] for name in expression.names))
    except (ExpressionError, ZeroDivisionError):
        return
    formula = expression.formula(expression.names).replace("×", "*")
    assert reference(formula, values) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(st.text(max_size=40) | st.text("ab12+-*/()[]. ×÷（）", max_size=40))
def test_any_text_is_an_expression_or_a_sentence(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    assert expression.names
    assert all(name == " ".join(name.split()) for name in expression.names)


@pytest.mark.parametrize(
    ("text", "names", "formula"),
    [
        ("demos / visitors", ("demos", "visitors"), "demos / visitors"),
        ("100*(a-b)/ a", ("a", "b"), "100 × (a - b) / a"),
        ("Marketing spend / leads", ("Marketing spend", "leads"), "Marketing spend / leads"),
        ("[no-shows] + [a/b]", ("no-shows", "a/b"), "no-shows + a/b"),
        ("（리드－１）÷ 세션수", ("리드", "세션수"), "(리드 - 1) / 세션수"),
        ("1 - -a", ("a",), "1 - -a"),
        ("+a", ("a",), "a"),
    ],
)
def test_what_may_stand_in_it(text: str, names: tuple[str, ...], formula: str) -> None:
    expression = parse(text)
    assert (expression.names, expression.formula(expression.names)) == (names, formula)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a name or a number is missing before the end"),
        ("a /", "a name or a number is missing before the end"),
        ("a * / b", "a name or a number is missing before /"),
        ("(a", ") is missing before the end"),
        ("a)", "a sign is missing before )"),
        ("2 a", "a sign is missing before [a]"),
        ("a % b", "% cannot be there: write + - * / ( ), numbers, and names as [name]"),
        ("__import__('os')", "' cannot be there: write + - * / ( ), numbers, and names as [name]"),
        ("a ** 2", "a name or a number is missing before *"),
        ("[]", "there is no name between [ and ]"),
        ("7", "the expression contains no measure or metric"),
        ("a * (1 / 0)", "the expression divides by 0"),
        ("9" * 400 + " * a", "a number is too large"),
        ("a" * (MOST_LETTERS + 1), f"the expression is longer than {MOST_LETTERS} letters"),
        (
            "(" * (MOST_BRACKETS + 1) + "a" + ")" * (MOST_BRACKETS + 1),
            f"more than {MOST_BRACKETS} brackets are nested",
        ),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert str(error.value) == message


def test_the_longest_are_read() -> None:
    text = "(" * MOST_BRACKETS + "a" + ")" * MOST_BRACKETS
    assert parse(text)(3) == 3
    assert parse("+".join("a" * (MOST_LETTERS // 2)))(1) == MOST_LETTERS // 2
