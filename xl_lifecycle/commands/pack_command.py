"""xl-lifecycle pack: a folder for a team."""

from __future__ import annotations

import argparse
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json, print_lines, progress
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import LANGUAGES


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "pack",
        help="a folder for a team: workbooks, installer, a page for marketers and one for IT",
        description="Make a folder for a team: lifecycle.xlsx and lifecycle.xlsm, the installers of their functions, "
        "guide.html for marketers and IT.html for their IT. Without --book the workbooks have the demo's sample year, "
        "in the language of --language, with its exports, so that everybody can try a refresh.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder to make; it must be new or empty")
    parser.add_argument("--book", type=Path, metavar="BOOK", help="the team's workbook, whose content is packed")
    parser.add_argument("--language", choices=LANGUAGES, help="of the pages (default: the workbook's, else en)")
    add_json(parser, "the paths written, and remarks on what they lack")
    return parser


def run(args: argparse.Namespace) -> int:
    """Make the folder, and say what is in it."""
    from xl_lifecycle.commands.pack.pack import pack

    remarks = pack(args.folder, args.book, args.language, FUNCTIONS.catalogue, progress)
    progress.end()
    paths = sorted(args.folder.iterdir())
    if args.json:
        print_json({"written": paths, "notes": remarks})
        return 0
    for remark in remarks:
        print_lines(f"note: {remark}")
    print(f"Written: {', '.join(path.name for path in paths)} in {args.folder}")
    return 0
