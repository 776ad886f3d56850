"""xl-lifecycle check: what is wrong or missing in a workbook. Exit 1: a number would be wrong or missing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json, print_lines
from xl_lifecycle.core.functions import FUNCTIONS

if TYPE_CHECKING:
    from xl_lifecycle.commands.check import Finding


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("check", help="what is wrong or missing in a workbook")
    parser.add_argument("book", type=Path, metavar="BOOK")
    add_json(parser, "the findings, each with its sheet and cell")
    return parser


def run(args: argparse.Namespace) -> int:
    """Print the findings, the serious ones first."""
    from xl_lifecycle.commands.check import check
    from xl_lifecycle.xlsx.saved_book import SavedBook

    findings = check(SavedBook(args.book), FUNCTIONS.catalogue)
    if args.json:
        print_json([_data(finding) for finding in findings])
    else:
        for finding in findings:
            print_lines(f"{finding.where}: {'' if finding.serious else '(look) '}{finding.text}")
        if not findings:
            print(f"{args.book}: nothing is wrong")
    return 1 if any(finding.serious for finding in findings) else 0


def _data(finding: Finding) -> dict[str, object]:
    """A finding about a whole sheet, or about the file, has no cell."""
    sheet, mark, cell = finding.where.rpartition("!")
    return {
        "sheet": sheet if mark else finding.where,
        "cell": cell if mark else None,
        "serious": finding.serious,
        "text": finding.text,
    }
