"""xl-lifecycle install: set up this PC for lifecycle.xlsm."""

from __future__ import annotations

import argparse
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json, progress


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("install", help="set up this PC for lifecycle.xlsm, and say what to click")
    parser.add_argument("--home", type=Path, metavar="DIR", help="the folder to install into (default: Excel's)")
    offline = "a folder of wheels to install from, without the internet"
    parser.add_argument("--offline-from", type=Path, metavar="DIR", help=offline)
    add_json(parser, "what was done and what to click, line by line")
    return parser


def run(args: argparse.Namespace) -> int:
    """Install, and print what to click next."""
    from xl_lifecycle.commands.setup.computer import this_computer
    from xl_lifecycle.commands.setup.install import install

    lines = install(this_computer(), args.home, args.offline_from, progress)
    progress.end()
    if args.json:
        print_json({"lines": lines})
    else:
        print("\n".join(lines))
    return 0
