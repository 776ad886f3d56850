"""xl-lifecycle trust: what a source config asks for, and that you agree to it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json, print_lines
from xl_lifecycle.core.cells.errors import UsageError


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("trust", help="see what a source config asks for, and agree to it")
    parser.add_argument("config", type=Path, metavar="CONFIG.toml")
    parser.add_argument("--show", action="store_true", help="only see it")
    add_json(parser, "what it asks for, and whether you have agreed")
    return parser


def run(args: argparse.Namespace) -> int:
    """Show what the config asks for. At a console ask first; a script agrees by running this."""
    from xl_lifecycle.sources.database.config import is_config, load
    from xl_lifecycle.sources.database.consent import is_trusted, requests, trust

    if args.config.exists() and not is_config(args.config):
        raise UsageError(f"{args.config} is not a source config: it has no [database]; only those need this")
    config = load(args.config)
    asks = requests(config)
    if not args.json:
        print_lines(f"{args.config} asks to" if asks else f"{args.config} names tables beside it, and asks for no more")
        for ask in asks:
            print_lines(f"- {ask}", whole=True)
    if asks and not args.show and not is_trusted(config):
        if not args.json and sys.stdin.isatty() and not _agrees():
            raise UsageError("you did not agree; nothing was written")
        trust(config, args.config)
    if args.json:
        print_json({"config": args.config, "asks": asks, "trusted": not asks or is_trusted(config)})
    elif asks and is_trusted(config):
        print("You agree to this until the file changes.")
    return 0


def _agrees() -> bool:
    try:
        return input("Agree? [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        return False
