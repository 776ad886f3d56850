"""xl-lifecycle calc: the value of a formula.

Exit 0: a value. 1: the answer is an Excel error. 2: the formula cannot be read.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json, day
from xl_lifecycle.commands.console import error_data, print_json
from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import ExcelError, Refusal, UsageError
from xl_lifecycle.core.cells.values import Scalar, Value, as_grid
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.text import printable


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("calc", help="the value of a formula")
    parser.add_argument("formula", metavar="FORMULA", help="""e.g. '=CAC("Paid ads","2026-Q1")'""")
    parser.add_argument("--book", type=Path, metavar="BOOK", help="the workbook whose data it uses")
    as_of = "use what was known on that day"
    parser.add_argument("--as-of", type=day, metavar="2026-05-01", help=as_of)
    add_json(parser, "numbers in full precision, Excel errors as strings, ranges as rows")
    return parser


def run(args: argparse.Namespace) -> int:
    """Print the value, and the reason of an Excel error on the error stream."""
    from xl_lifecycle.engine.calc import Calc
    from xl_lifecycle.xlsx.saved_book import SavedBook

    package = SavedBook(args.book).book.package if args.book else None
    functions = Functions(FUNCTIONS.catalogue)
    functions.day = args.as_of
    calc = Calc(functions, package)
    functions.refusal = None
    try:
        value = calc.evaluate(args.formula)
    except Refusal as refusal:
        raise UsageError(refusal.reason, "formula", 2) from None
    if args.json:
        print_json(value, indent=None)
    else:
        for row in as_grid(value):
            print("\t".join(_cell_text(cell) for cell in row))
    error = _error(value)
    if error is None:
        return 0
    reason = _reason(error, functions, args.formula)
    if args.json:
        print_json(error_data(str(error), reason or f"{args.formula} is {error}"), indent=None, file=sys.stderr)
    elif reason:
        print(reason, file=sys.stderr)
    return 1


def _error(value: Value) -> ExcelError | None:
    """The Excel error that a formula returns; None if at least one cell has a value."""
    cells = [cell for row in as_grid(value) for cell in row]
    errors = [cell for cell in cells if isinstance(cell, ExcelError)]
    return errors[0] if errors and len(errors) == len(cells) else None


def _reason(error: ExcelError, functions: Functions, formula: str) -> str:
    """Why a formula returns an error, in words; "" if we do not know."""
    if error is ExcelError.NAME:
        unknown = [name for name in re.findall(r"([A-Za-z_][\w.]*)\(", formula) if name.upper() not in functions.names]
        return f'"{unknown[0]}" is not a function we know{nearest(unknown[0], functions.names)}' if unknown else ""
    return functions.refusal.reason if functions.refusal and functions.refusal.error is error else ""


def _cell_text(cell: Scalar) -> str:
    if not isinstance(cell, float):
        return "" if cell is None else printable(str(cell))
    text = f"{cell:,.2f}" if abs(cell) >= 0.1 or not cell else f"{cell:.3g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
