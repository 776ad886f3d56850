"""The command line: xl-lifecycle, also python -m xl_lifecycle.

Exit 0: done. 1: the data is wrong, and nothing was written. 2: wrong usage.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import warnings
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from xl_lifecycle import __version__
from xl_lifecycle.commands.console import ProgressLine
from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.periods import FiscalYear, Month, parse_day, parse_month
from xl_lifecycle.core.cells.values import ExcelError, Refusal, Scalar, Value, as_grid
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.vocabulary import ALL, CHANNELS, LANGUAGES, NOT_ATTRIBUTED, channel_key

if TYPE_CHECKING:
    import datetime as dt

    from xl_lifecycle.refresh.merge import Report


progress = ProgressLine()


class Mistake(Exception):
    """What is wrong with the data, or with a file, in one line."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    args = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be set to less
    if args.run is _doctor:
        return int(args.run(args))  # before the libraries are loaded, one of which may be what is missing
    from xl_lifecycle.content.content import BookError
    from xl_lifecycle.exports import SourceError
    from xl_lifecycle.sources.file_system import why_refused

    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")  # what libraries tell developers
            return int(args.run(args))
    except (Mistake, BookError, SourceError, Refusal) as error:
        said = str(error)
    except OSError as error:
        place = Path(error.filename or "a file")
        said = f"{place}: {why_refused(place, error)}"
    except KeyboardInterrupt:
        said = "stopped; nothing was written"
    finally:
        progress.end()
    print(f"xl-lifecycle: {said}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xl-lifecycle", description="Customer lifecycle metrics as Excel functions.")
    parser.add_argument("--version", action="version", version=f"xl-lifecycle {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="a workbook of a sample year, made from exports, and its figures")
    demo.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write it (default: here)")
    demo.add_argument("--language", choices=LANGUAGES, default="en", help="of the workbooks (default: en)")
    demo.set_defaults(run=_demo)

    new = commands.add_parser("new", help="an empty workbook")
    new.add_argument("book", type=Path, metavar="BOOK")
    new.add_argument("--channel", action="append", metavar="NAME", help="a channel; repeat for more (default: ten)")
    new.add_argument("--language", choices=LANGUAGES, default="en")
    new.add_argument("--currency", type=_currency, default="USD", metavar="EUR")
    new.add_argument("--start", type=_month, metavar="2026-01", help="the first month (default: this January)")
    new.add_argument("--months", type=_count, default=12, metavar="12")
    new.set_defaults(run=_new)

    refresh = commands.add_parser("refresh", help="bring exports into a workbook")
    refresh.add_argument("book", type=Path, metavar="BOOK")
    default = (
        "files, folders, source configs or addresses of databases (default: the folder on the workbook's Settings)"
    )
    refresh.add_argument("froms", nargs="*", metavar="FROM", help=default)
    prefer = "the file to take where two disagree and no export date decides; repeat for more"
    refresh.add_argument("--prefer", action="append", default=[], metavar="FILE", help=prefer)
    refresh.add_argument("--dry-run", action="store_true", help="show what would come, and write nothing")
    refresh.set_defaults(run=_refresh)

    mapped = commands.add_parser(
        "map", help="what a file is taken for and why; for an unknown one, a declaration to edit"
    )
    mapped.add_argument("file", type=Path, metavar="FILE")
    mapped.add_argument("--out", type=Path, metavar="DECLARATION.toml", help="where to write the declaration")
    mapped.set_defaults(run=_map)

    calc = commands.add_parser("calc", help="the value of a formula")
    calc.add_argument("formula", metavar="FORMULA", help="""e.g. '=CAC("Paid ads","2026-Q1")'""")
    calc.add_argument("--book", type=Path, metavar="BOOK", help="the workbook whose data it takes")
    day = "everything as it was known on that day"
    calc.add_argument("--as-of", type=_day, metavar="2026-05-01", help=day)
    calc.add_argument("--json", action="store_true", help="full precision; errors as strings, ranges as rows")
    calc.set_defaults(run=_calc)

    metrics = commands.add_parser("metrics", help="every metric and measure")
    form = metrics.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--markdown", action="store_true", help="the page workbook/METRICS.md")
    form.add_argument("--artefacts", action="store_true", help="the page workbook/ARTEFACTS.md")
    metrics.set_defaults(run=_metrics)

    check = commands.add_parser("check", help="what is wrong or missing in a workbook")
    check.add_argument("book", type=Path, metavar="BOOK")
    check.set_defaults(run=_check)

    install = commands.add_parser("install", help="set up this PC for lifecycle.xlsm, and say what to click")
    install.add_argument("--home", type=Path, metavar="DIR", help="the folder to install into (default: Excel's)")
    offline = "a folder of wheels to install from, without the internet"
    install.add_argument("--offline-from", type=Path, metavar="DIR", help=offline)
    install.set_defaults(run=_install)

    doctor = commands.add_parser("doctor", help="what works on this computer, and what to do about the rest")
    doctor.add_argument("book", type=Path, nargs="?", metavar="BOOK", help="a workbook to look at as well")
    doctor.set_defaults(run=_doctor)

    pack = commands.add_parser(
        "pack",
        help="the folder a team gets: workbooks, installer, a page for marketers and one for IT",
        description="Make the folder a team gets: lifecycle.xlsx and lifecycle.xlsm, what installs their functions, "
        "guide.html for marketers and IT.html for their IT. Without --book the workbooks hold the demo's sample year, "
        "in the language asked for, with its exports, so that everybody can try a refresh.",
    )
    pack.add_argument("folder", type=Path, metavar="DIR", help="the folder to make; it must be new or empty")
    pack.add_argument("--book", type=Path, metavar="BOOK", help="the team's workbook, whose content is packed")
    pack.add_argument("--language", choices=LANGUAGES, help="of the pages (default: the workbook's, else en)")
    pack.set_defaults(run=_pack)
    return parser


def _demo(args: argparse.Namespace) -> int:
    from xl_lifecycle.commands import demo

    with resources.as_file(resources.files("xl_lifecycle.commands.sample")) as sample:
        path, report = demo.build(sample, args.out, FUNCTIONS.catalogue, progress, args.language)
    _print_report(report, verbose=False)
    print()
    print(demo.figures(path, FUNCTIONS.catalogue))
    print(f"\nWritten: {path} and {path.with_suffix('.xlsm').name}")
    return 0


def _new(args: argparse.Namespace) -> int:
    import datetime as dt

    from xl_lifecycle.content.content import empty
    from xl_lifecycle.core.dataset.tables import Settings
    from xl_lifecycle.hosts.save import save

    path: Path = args.book
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise Mistake(f"{path} must end in .xlsx or .xlsm; write: xl-lifecycle new {path.with_suffix('.xlsx')}")
    if path.exists():
        raise Mistake(f"{path} exists already; choose another name, or delete it first")
    if not path.parent.is_dir():
        raise Mistake(f"the folder {path.parent} does not exist; make it first")
    channels = _channels(args.channel)
    start: Month = args.start if args.start is not None else dt.date.today().year * 12
    named_after_start = args.language == "ja"  # 2026年度 starts in 2026
    settings = Settings("all", args.currency, args.language, FiscalYear(1, named_after_start))
    save(empty(channels, range(start, start + args.months), settings), path, FUNCTIONS.catalogue)
    print(f"Written: {path}")
    return 0


def _channels(names: Sequence[str] | None) -> list[str]:
    channels = [channel_key(name) for name in names or [default[0] for default in CHANNELS]]
    for name in channels:
        if not name or name in (ALL, NOT_ATTRIBUTED) or "/" in name:
            raise Mistake(
                f'"{name}" cannot be a channel: "All", "{NOT_ATTRIBUTED}" and "/" have a meaning of their own'
            )
    folded = [name.casefold() for name in channels]
    twice = next((name for i, name in enumerate(channels) if name.casefold() in folded[:i]), None)
    if twice:
        raise Mistake(f'the channel "{twice}" is named twice; name it once')
    return channels


def _refresh(args: argparse.Namespace) -> int:
    import datetime as dt

    from xl_lifecycle.commands.refresh import refresh

    today = dt.date.today()
    report = refresh(args.book, args.froms, FUNCTIONS.catalogue, args.dry_run, progress, today, args.prefer)
    _print_report(report, verbose=True)
    if args.dry_run:
        print("Nothing was written (--dry-run).")
    else:
        print(f"{args.book} holds all this already." if report.nothing_new else f"Written: {args.book}")
    return 0


def _map(args: argparse.Namespace) -> int:
    from xl_lifecycle.sources.mapping.explain_file import tell

    if args.out and (args.out.suffix.lower() != ".toml" or args.out.exists()):
        raise Mistake(
            f"{args.out} {'exists already' if args.out.exists() else 'must end in .toml'}; choose another name"
        )
    told = tell(args.file)
    drafts = [each for each in told if each.declaration]
    for each in told:
        print("\n".join(each.lines))
        if each.declaration and not args.out:
            print(f"\n{each.declaration}")
    if args.out and not drafts:
        raise Mistake(f"{args.file} needs no declaration, or holds no table; nothing was written")
    if args.out:
        args.out.write_text(drafts[0].declaration, encoding="utf-8")
        todo = "give it with the file" if drafts[0].works else "edit it, then give it with the file"
        print(f"Written: {args.out}; {todo}: xl-lifecycle refresh BOOK {args.file} {args.out}")
    return 0


def _print_report(report: Report, verbose: bool) -> None:
    from xl_lifecycle.refresh.report import report_text

    progress.end()
    print(report_text(report, FUNCTIONS.catalogue, verbose))


def _calc(args: argparse.Namespace) -> int:
    from xl_lifecycle.engine.calc import Calc
    from xl_lifecycle.xlsx.read import open_book

    if args.book:
        open_book(args.book)  # says in one line what is wrong with it
    functions = Functions(FUNCTIONS.catalogue)
    functions.day = args.as_of
    calc = Calc(functions, args.book)
    functions.refusal = None
    value = calc.evaluate(args.formula)
    if args.json:
        print(json.dumps(_plain(value), ensure_ascii=False))
        return 0
    for row in as_grid(value):
        print("\t".join(_shown(cell) for cell in row))
    if isinstance(value, ExcelError) and (reason := _reason(value, functions, args.formula)):
        print(reason, file=sys.stderr)
    return 0


def _reason(error: ExcelError, functions: Functions, formula: str) -> str:
    """Why a formula answers with an error, in words, as far as it is ours to know."""
    if error is ExcelError.NAME:
        unknown = [name for name in re.findall(r"([A-Za-z_][\w.]*)\(", formula) if name.upper() not in functions.names]
        return f'"{unknown[0]}" is no function we know{nearest(unknown[0], functions.names)}' if unknown else ""
    return functions.refusal.reason if functions.refusal and functions.refusal.error is error else ""


def _plain(value: Value) -> object:
    if isinstance(value, (list, tuple)):
        return [[_plain(cell) for cell in row] for row in value]
    if isinstance(value, ExcelError):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _shown(cell: Scalar) -> str:
    if not isinstance(cell, float):
        return "" if cell is None else str(cell)
    text = f"{cell:,.2f}" if abs(cell) >= 0.1 or not cell else f"{cell:.3g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _metrics(args: argparse.Namespace) -> int:
    from xl_lifecycle.commands.reference import artefacts_page as artefacts
    from xl_lifecycle.commands.reference import metrics_page as pages

    if args.json:
        print(json.dumps(pages.metrics_json(FUNCTIONS.catalogue), ensure_ascii=False, indent=1))
    elif args.markdown:
        print(pages.metrics_markdown(FUNCTIONS.catalogue), end="")
    elif args.artefacts:
        print(artefacts.markdown(artefacts.new_workbook(FUNCTIONS.catalogue)), end="")
    else:
        for metric in FUNCTIONS.catalogue.metrics.values():
            print(f"{metric.excel_name:<30} {metric.title:<46} {metric.formula}")
        print('Measures, for =KPI("spend", channel, period):')
        for measure in FUNCTIONS.catalogue.measures.values():
            print(f"{measure.name:<30} {measure.labels[0]}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from xl_lifecycle.commands.check import check
    from xl_lifecycle.xlsx.read import open_book

    findings = check(open_book(args.book), FUNCTIONS.catalogue)
    for finding in findings:
        print(f"{finding.where}: {'' if finding.serious else '(look) '}{finding.text}")
    serious = sum(finding.serious for finding in findings)
    if not findings:
        print(f"{args.book}: nothing is wrong")
    return 1 if serious else 0


def _pack(args: argparse.Namespace) -> int:
    from xl_lifecycle.commands.pack.pack import pack
    from xl_lifecycle.commands.setup.wheel import WheelError

    try:
        remarks = pack(args.folder, args.book, args.language, FUNCTIONS.catalogue, progress)
    except WheelError as error:
        raise Mistake(str(error)) from None
    progress.end()
    for remark in remarks:
        print(f"note: {remark}")
    print(f"Written: {', '.join(sorted(path.name for path in args.folder.iterdir()))} in {args.folder}")
    return 0


def _install(args: argparse.Namespace) -> int:
    from xl_lifecycle.commands.setup.computer import this_computer
    from xl_lifecycle.commands.setup.install import InstallError, install
    from xl_lifecycle.commands.setup.wheel import WheelError

    try:
        said = install(this_computer(), args.home, args.offline_from, progress)
    except (InstallError, WheelError) as error:
        raise Mistake(str(error)) from None
    finally:
        progress.end()
    print("\n".join(said))
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from xl_lifecycle.commands.setup.computer import this_computer
    from xl_lifecycle.commands.setup.doctor import diagnose

    if args.book and not args.book.is_file():
        print(f"xl-lifecycle: {args.book} does not exist; give a workbook, or none", file=sys.stderr)
        return 1
    lines, works = diagnose(this_computer(), args.book)
    print("\n".join(map(str, lines)))
    return 0 if works else 1


def _month(text: str) -> Month:
    try:
        return parse_month(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _day(text: str) -> dt.date:
    try:
        return parse_day(text)
    except Refusal as refusal:
        raise argparse.ArgumentTypeError(refusal.reason) from None


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 120:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of months from 1 to 120")
    return int(text)


def _currency(text: str) -> str:
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise argparse.ArgumentTypeError(f"{text!r} is not a currency; write its three letters, e.g. EUR")
    return text.upper()
