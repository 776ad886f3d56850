"""xl-lifecycle new: an empty workbook."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json, count, currency, month
from xl_lifecycle.commands.console import print_json
from xl_lifecycle.core.cells.errors import UsageError
from xl_lifecycle.core.cells.months import Month
from xl_lifecycle.core.cells.periods import FiscalYear
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.channels import CHANNELS, channel_key
from xl_lifecycle.core.language.vocabulary import ALL, LANGUAGES, NOT_ATTRIBUTED


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
    """Write the workbook. Raises UsageError if it cannot be made with these arguments."""
    import datetime as dt

    from xl_lifecycle.content.content import empty
    from xl_lifecycle.core.dataset.tables import Settings
    from xl_lifecycle.hosts.save import save

    path: Path = args.book
    _refuse(path)
    channels = _channels(args.channel)
    start: Month = args.start if args.start is not None else dt.date.today().year * 12
    settings = Settings("all", args.currency, args.language, FiscalYear.usual(args.language))
    save(empty(channels, range(start, start + args.months), settings), path, FUNCTIONS.catalogue)
    if args.json:
        print_json({"written": [path]})
    else:
        print(f"Written: {path}")
    return 0


def _refuse(path: Path) -> None:
    """Raise UsageError if no new workbook can be written here."""
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise UsageError(f"{path} must end in .xlsx or .xlsm; write: xl-lifecycle new {path.with_suffix('.xlsx')}")
    if path.exists():
        raise UsageError(f"{path} exists already; choose another name, or delete it first")
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist; make it first")


def _channels(names: Sequence[str] | None) -> list[str]:
    channels = [channel_key(name) for name in names or CHANNELS]
    for name in channels:
        if not name or name in (ALL, NOT_ATTRIBUTED) or "/" in name:
            raise UsageError(
                f'"{name}" cannot be a channel: "All", "{NOT_ATTRIBUTED}" and "/" are reserved; choose another name'
            )
    folded = [name.casefold() for name in channels]
    twice = next((name for i, name in enumerate(channels) if name.casefold() in folded[:i]), None)
    if twice:
        raise UsageError(f'the channel "{twice}" is named twice; name it once')
    return channels
