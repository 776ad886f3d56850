"""The pages are true: commands run and print what is shown, formulas have values, files are read, links lead somewhere.

Every block that a reader may type is collected from the pages. The commands of a page run in its order, in a folder of
the page's own, which holds what `sample` makes.
"""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.command_line import Done
from tests.support.pages import PAGES, Command, anchors, blocks, commands, links, name_of, prose, spans, table
from tests.support.paths import ROOT
from xl_lifecycle.commands import cli, demo
from xl_lifecycle.content.content import empty
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.months import parse_month
from xl_lifecycle.core.cells.periods import FiscalYear
from xl_lifecycle.core.cells.values import as_grid
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.hosts.save import save
from xl_lifecycle.refresh.merge import Report
from xl_lifecycle.sources import read_all

EXPORTS = ROOT / "xl_lifecycle" / "commands" / "sample" / "exports"
LANGUAGES = {"sh", "console", "python", "sql", "toml", ""}
OURS = re.compile(r"(?:uv run )?xl-lifecycle( .*)")

# What the pages say that is not run here. Each has its reason on the page, in a comment above it.
NOT_RUN = [
    "pip install uv",
    "uv run --group dev pytest -n 2 --dist loadfile",
    "uv sync --group dev",
    "uv run --group dev pytest tests/core",
    "uv run --group dev pytest -n 2 --dist loadfile",
    "uv run --group dev ruff check .",
    "uv run --group dev ruff format --check .",
    "uv run --group dev mypy",
    "uv run xl-lifecycle refresh ours.xlsx postgresql://anna@db.example.com/shop",
    "uv run xl-lifecycle trust shop.toml",
    "py -m pip install xl_lifecycle-0.1.0-py3-none-any.whl",
    "py -m xl_lifecycle install",
    "unopkg add xl-lifecycle.oxt",
    "pipx install uv",
    "py -m pip install uv",
    "py -m uv run xl-lifecycle demo",
    "uv export --format cyclonedx1.5 --no-dev --output-file sbom.json",
    "uv run xl-lifecycle refresh ours.xlsx exports --prefer july.csv",
]


def to_run(page: Path) -> list[Command]:
    return [command for command in commands(page) if not command.reason]


@pytest.fixture(scope="session")
def sample(demo_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader of any page has: the demo's workbooks, one that is empty, exports, and a database."""
    folder = tmp_path_factory.mktemp("sample")
    for made in (demo_book, demo_book.with_suffix(".xlsm")):
        shutil.copy(made, folder)
    january = parse_month("2026-01")
    settings = Settings("all", "USD", "en", FiscalYear())
    save(
        empty(["Paid ads", "Podcast"], range(january, january + 3), settings), folder / "ours.xlsx", FUNCTIONS.catalogue
    )
    (folder / "exports").mkdir()
    for name in ("google-ads-2026-01.csv", "google-ads-2026-02.csv"):
        shutil.copy(EXPORTS / name, folder / "exports")
    rows = "2026-01,Podcast,500,1\n2026-01,Paid ads,,3\n2026-02,Podcast,500,2\n2026-02,Paid ads,,4\n"
    (folder / "exports" / "podcast.csv").write_text(f"Month,Channel,Marketing spend,New customers\n{rows}")
    (folder / "export.csv").write_text("Datum,Kanal,Kosten\n2026-01-03,Email,12.5\n2026-02-03,Email,13.5\n")
    with duckdb.connect(str(folder / "shop.duckdb")) as shop:
        bought = "(DATE '2026-01-05', 'ann', 10.0, 'Email'), ('2026-03-31', 'bob', 20.0, 'Podcast')"
        shop.execute(f"CREATE TABLE orders AS SELECT * FROM (VALUES {bought}) AS t(date, customer, amount, channel)")
    return folder


@pytest.fixture
def here(sample: Path, demo_built: tuple[Path, Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample, to work in. The demo is not made again: its command delivers the one that tests share."""

    def delivered(_: Path, out: Path, *rest: object) -> tuple[Path, Report]:
        book, report = demo_built
        for made in (book, book.with_suffix(".xlsm")):
            shutil.copy(made, out)
        return out / book.name, report

    monkeypatch.setattr(demo, "build", delivered)
    folder = Path(shutil.copytree(sample, tmp_path / "here"))
    monkeypatch.chdir(folder)
    return folder


def run(command: Command, capsys: pytest.CaptureFixture[str]) -> Done:
    """Run a command in this process."""
    ours = OURS.fullmatch(command.line)
    assert ours, f"write it for xl-lifecycle, or say why it is not run: {command.line}"
    capsys.readouterr()
    code = cli.main(shlex.split(ours[1], comments=True))
    return Done(code, *capsys.readouterr())


@pytest.mark.parametrize("page", list(filter(to_run, PAGES)), ids=name_of)
def test_each_command_runs_and_prints_what_is_shown(page: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in to_run(page):
        if re.search(r" new (\S+)", command.line):
            (here / command.line.split(" new ")[1].split()[0]).unlink(missing_ok=True)
        done = run(command, capsys)
        printed = done.out + done.error
        shows_error = (command.shown or "").startswith("#")
        assert done.code == (1 if shows_error else 0), f"{command.line}\n{printed}"
        if command.shown is not None:
            same = doctest.OutputChecker().check_output(command.shown, printed, doctest.ELLIPSIS)
            assert same, f"{command.line}\nshown:\n{command.shown}\nprinted:\n{printed}"


def test_a_page_that_shows_what_is_not_printed_would_be_seen() -> None:
    checker = doctest.OutputChecker()
    assert checker.check_output("...\nWritten: a\n", "3 files\nWritten: a\n", doctest.ELLIPSIS)
    assert not checker.check_output("...\nWritten: a\n", "3 files\nWritten: b\n", doctest.ELLIPSIS)


def test_nothing_else_is_left_out() -> None:
    assert [command.line for page in PAGES for command in commands(page) if command.reason] == NOT_RUN


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_looks_like_code_is_in_a_block_that_is_collected(page: Path) -> None:
    assert {block.language for block in blocks(page)} <= LANGUAGES
    assert "```" not in prose(page), "a block is not closed, or is indented"
    typed = re.compile(r"^(?:\$ |    |\t)(?:uv|xl-lifecycle|py|pip|git|just) ", re.MULTILINE)
    assert not typed.search(prose(page)), "put commands into a block: ```sh"
    assert not any(
        typed.search(f"$ {line}") for block in blocks(page) if not block.language for line in block.text.splitlines()
    )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_within_the_text_are_commands(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They have no sample to run on, but each is a command, and its options are the command's."""
    for span in spans(page):
        if ours := OURS.fullmatch(span):
            command, *words = shlex.split(ours[1])
            with pytest.raises(SystemExit):
                cli.main([command, "--help"])
            told = capsys.readouterr().out
            assert f"xl-lifecycle {command} " in told, span
            assert [word for word in words if word.startswith("--") and word not in told] == [], span


@pytest.mark.parametrize(
    ("page", "code"),
    [(page, block.text) for page in PAGES for block in blocks(page) if block.language == "python" and not block.reason],
    ids=lambda each: name_of(each) if isinstance(each, Path) else "",
)
def test_each_python_block_runs(page: Path, code: str, here: Path) -> None:
    (here / "ours.xlsx").unlink()  # which it makes
    exec(compile(code, str(page), "exec"), {})


@pytest.mark.parametrize(
    ("page", "text"),
    [(page, block.text) for page in PAGES for block in blocks(page) if block.language == "toml"],
    ids=lambda each: name_of(each) if isinstance(each, Path) else "",
)
def test_each_toml_block_is_read_by_what_it_is_for(page: Path, text: str, here: Path) -> None:
    """A source config is read in tests/sources/database/test_config.py; a declaration here."""
    declared = tomllib.loads(text)
    if "database" in declared:
        assert page.name == "databases.md"
        return
    (here / "declared.toml").write_text(text, "utf-8")
    [found] = read_all([here / "export.csv", here / "declared.toml"])
    assert found.source == declared["title"]
    assert set(found.measures) == set(declared["measures"])


@pytest.fixture(scope="module")
def calc(
    demo_book: Path, tmp_path_factory: pytest.TempPathFactory, edit: Callable[..., Path], table_cell: Callable[..., Any]
) -> Calc:
    """The demo's workbook with the custom metrics that a page adds to it."""
    rows = table(ROOT / "docs" / "your-own-metrics-and-rules.md", "Name")

    def add(book: Any) -> None:
        for at, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                table_cell(book, "CustomMetrics", at, column).value = cell

    copied = Path(shutil.copy(demo_book, tmp_path_factory.mktemp("formulas")))
    return Calc(Functions(FUNCTIONS.catalogue), edit(copied, add))


def formulas(page: Path) -> list[str]:
    """The formulas of a page that call a function of ours."""
    shown = [*spans(page), *(line for block in blocks(page) if not block.language for line in block.text.splitlines())]
    calls = [(text, re.match(r"=([A-Z_]+)\(.*\)$", text)) for text in shown]
    return [text for text, call in calls if call and call[1] in FUNCTIONS.names]


@pytest.mark.parametrize("page", list(filter(formulas, PAGES)), ids=name_of)
def test_each_formula_has_a_value(page: Path, calc: Calc) -> None:
    wrong = {}
    for formula in formulas(page):
        cells = [cell for row in as_grid(calc.evaluate(formula)) for cell in row]
        if ExcelError.VALUE in cells or ExcelError.NAME in cells:
            wrong[formula] = cells
    assert not wrong


def test_a_formula_that_has_none_would_be_seen(calc: Calc) -> None:
    assert calc.evaluate('=CAC("Paid adds", "2026")') is ExcelError.VALUE
    assert calc.evaluate('=KPI("demo_rat", "All", "2026", Data)') is ExcelError.VALUE
    assert len([formula for page in PAGES for formula in formulas(page)]) > 40


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


def test_each_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]
    assert set(PAGES) <= reached


def test_the_readme_is_a_front() -> None:
    """It is for somebody who has a minute; what more there is to say stands in docs/."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.split()) <= 300
    assert "](docs/pictures/" in text
