"""xl-lifecycle new: an empty workbook."""

from __future__ import annotations

import argparse
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json, count, currency, month
from xl_lifecycle.commands.console import print_json
from xl_lifecycle.core.language.vocabulary import LANGUAGES


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("new", help="an empty workbook")
    parser.add_argument("book", type=Path, metavar="BOOK")
    parser.add_argument("--channel", action="append", metavar="NAME", help="a channel; repeat for more (default: ten)")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--currency", type=currency, default="USD", metavar="EUR")
    parser.add_argument("--start", type=month, metavar="2026-01", help="the first month (default: this January)")
    parser.add_argument("--months", type=count, default=12, metavar="12")
    add_json(parser, "the path written")
    return parser


def run(args: argparse.Namespace) -> int:
    """Write the workbook."""
    from xl_lifecycle.commands.new_workbook import write_new_workbook

    write_new_workbook(args.book, args.currency, args.start, args.channel or (), args.language, args.months)
    if args.json:
        print_json({"written": [args.book]})
    else:
        print(f"Written: {args.book}")
    return 0
