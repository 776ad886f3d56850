"""The rules, and how they are run. Each is a function from a workbook to what it finds: "part: what"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.validity.files import Book

Rule = Callable[[Book], Iterator[str]]
RULES: dict[str, Rule] = {}


class Finding(NamedTuple):
    """What a rule finds."""

    rule: str
    text: str


def rule(function: Rule) -> Rule:
    """Add a rule to those that are run."""
    RULES[function.__name__] = function
    return function


def findings(path: Path) -> list[Finding]:
    """What breaks a rule in a workbook's file."""
    book = Book(path)
    return [Finding(name, text) for name, function in RULES.items() for text in function(book)]
