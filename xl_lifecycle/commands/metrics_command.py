"""xl-lifecycle metrics: the catalogue, for people, for scripts and as the pages of the folder workbook/."""

from __future__ import annotations

import argparse

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json
from xl_lifecycle.core.functions import FUNCTIONS


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser("metrics", help="every metric and measure")
    form = parser.add_mutually_exclusive_group()
    add_json(form, "the catalogue")
    form.add_argument("--markdown", action="store_true", help="the page workbook/METRICS.md")
    form.add_argument("--artefacts", action="store_true", help="the page workbook/ARTEFACTS.md")
    return parser


def run(args: argparse.Namespace) -> int:
    """Print the catalogue in the requested form."""
    from xl_lifecycle.commands.reference import artefacts_page, metrics_page

    catalogue = FUNCTIONS.catalogue
    if args.json:
        print_json(metrics_page.metrics_json(catalogue))
    elif args.markdown:
        print(metrics_page.metrics_markdown(catalogue), end="")
    elif args.artefacts:
        print(artefacts_page.markdown(artefacts_page.new_workbook(catalogue)), end="")
    else:
        _print_list()
    return 0


def _print_list() -> None:
    for metric in FUNCTIONS.catalogue.metrics.values():
        print(f"{metric.excel_name:<30} {metric.title:<46} {metric.formula}")
    print('Measures, for =KPI("spend", channel, period):')
    for measure in FUNCTIONS.catalogue.measures.values():
        print(f"{measure.name:<30} {measure.title}")
