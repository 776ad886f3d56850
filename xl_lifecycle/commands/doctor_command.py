"""xl-lifecycle doctor: what works on this computer. The command works even if a library is missing."""

from __future__ import annotations

import argparse
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json
from xl_lifecycle.core.cells.errors import UsageError


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("doctor", help="what works on this computer, and what to do about the rest")
    parser.add_argument("book", type=Path, nargs="?", metavar="BOOK", help="a workbook to look at as well")
    add_json(parser, "each line with its state, ok, no or look, and what to do")
    return parser


def run(args: argparse.Namespace) -> int:
    """Print a line for each thing. Exit 1: nothing works."""
    from xl_lifecycle.commands.setup.computer import this_computer
    from xl_lifecycle.commands.setup.doctor import diagnose

    if args.book and not args.book.is_file():
        raise UsageError(f"{args.book} does not exist; give the path of a workbook, or none")
    lines, works = diagnose(this_computer(), args.book)
    if args.json:
        print_json([line._asdict() for line in lines])
    else:
        print("\n".join(map(str, lines)))
    return 0 if works else 1
