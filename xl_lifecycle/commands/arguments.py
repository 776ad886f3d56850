"""The arguments that several commands take, and how their values are read."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, TypeAlias

from xl_lifecycle.core.cells.errors import Refusal
from xl_lifecycle.core.cells.months import Month, parse_day, parse_month

if TYPE_CHECKING:
    import datetime as dt

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_json(parser: argparse._ActionsContainer, what: str) -> None:
    """Let a command print its result as JSON. what: what is printed, for the help."""
    parser.add_argument("--json", action="store_true", help=f"print JSON: {what}; an error is an object")


def month(text: str) -> Month:
    """A month, as 2026-01."""
    try:
        return parse_month(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def day(text: str) -> dt.date:
    """A day, as 2026-05-01."""
    try:
        return parse_day(text)
    except Refusal as refusal:
        raise argparse.ArgumentTypeError(refusal.reason) from None


def count(text: str) -> int:
    """The number of months in a new workbook."""
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= 120:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of months from 1 to 120")
    return int(text)


def currency(text: str) -> str:
    """The three letters of a currency."""
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise argparse.ArgumentTypeError(f"{text!r} is not a currency; write its three letters, e.g. EUR")
    return text.upper()
