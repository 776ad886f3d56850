"""xl-lifecycle demo: the main job on the bundled exports, with its figures on the screen."""

from __future__ import annotations

import argparse
from importlib import resources
from pathlib import Path

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json, print_report, progress, report_data
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import LANGUAGES


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("demo", help="a workbook of a sample year, made from exports, and its figures")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write it (default: here)")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the workbooks (default: en)")
    add_json(parser, "the paths written, the figures, and the report of the refresh")
    return parser


def run(args: argparse.Namespace) -> int:
    """Write both workbooks, and show what they say."""
    from xl_lifecycle.commands import demo

    catalogue = FUNCTIONS.catalogue
    with resources.as_file(resources.files("xl_lifecycle.commands.sample")) as sample:
        path, report = demo.build(sample, args.out, catalogue, progress, args.language)
    macros = path.with_suffix(".xlsm")
    figures = demo.figures(path, catalogue)
    if args.json:
        rows = [{"channel": channel, **values} for channel, values in figures.items()]
        print_json({"written": [path, macros], "figures": rows, "report": report_data(report)})
        return 0
    print_report(report, catalogue, verbose=False)
    print(f"\n{demo.figures_text(figures, catalogue)}")
    print(f"\nWritten: {path} and {macros.name}")
    return 0
