"""xl-lifecycle refresh: exports and databases into a workbook, with the reconciliation."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json, print_lines, print_report, progress, report_data
from xl_lifecycle.core.functions import FUNCTIONS


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("refresh", help="bring exports into a workbook")
    parser.add_argument("book", type=Path, metavar="BOOK")
    default = (
        "files, folders, source configs or addresses of databases (default: the folder on the workbook's Settings)"
    )
    parser.add_argument("froms", nargs="*", metavar="FROM", help=default)
    prefer = "the file to use where two disagree and no export date decides; repeat for more"
    parser.add_argument("--prefer", action="append", default=[], metavar="FILE", help=prefer)
    parser.add_argument("--dry-run", action="store_true", help="show what would be read, and write nothing")
    add_json(parser, "the report")
    return parser


def run(args: argparse.Namespace) -> int:
    """Refresh the workbook, or say what a refresh would do."""
    import datetime as dt

    from xl_lifecycle.commands.refresh import refresh

    for source in args.froms:
        _tell(Path(source))
    today = dt.date.today()
    report = refresh(args.book, args.froms, FUNCTIONS.catalogue, args.dry_run, progress, today, args.prefer)
    if args.json:
        paths = [] if args.dry_run or report.nothing_new else [args.book]
        print_json({"written": paths, "dry_run": args.dry_run, **report_data(report)})
        return 0
    print_report(report, FUNCTIONS.catalogue, verbose=True)
    if args.dry_run:
        print("Nothing was written (--dry-run).")
    else:
        print(f"{args.book} holds all this already." if report.nothing_new else f"Written: {args.book}")
    return 0


def _tell(source: Path) -> None:
    """If the user has named a source config, say what it asks for before it is done."""
    if source.suffix.lower() != ".toml":
        return
    from xl_lifecycle.sources.database.config import is_config, load
    from xl_lifecycle.sources.database.consent import is_trusted, requests

    if is_config(source):
        config = load(source)
        asks = [] if is_trusted(config) else requests(config)
        for ask in asks:
            print_lines(f"{source.name} asks to {ask}", sys.stderr)
