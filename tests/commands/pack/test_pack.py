"""The folder for a team: whole, the same every time, in one language, and what its pages say is so when done literally."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import openpyxl
import pytest

from xl_lifecycle import __version__
from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.pack import guides, pack
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import LANGUAGES
from xl_lifecycle.template.display import format_value

WHEEL = f"xl_lifecycle-{__version__}-py3-none-any.whl"
FILES = {
    "IT.html", "exports", "guide.html", "install.cmd", "lifecycle.xlsm", "lifecycle.xlsx", "xl-lifecycle.oxt", WHEEL,
}  # fmt: skip
PAGES = ("guide.html", "IT.html")
TRIED = ("CAC", "CPL", "LTV", "RETENTION")


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder in a language, made once. No test may change it."""
    folders: dict[str, Path] = {}

    def folder(language: str) -> Path:
        if language not in folders:
            folders[language] = tmp_path_factory.mktemp("packed") / "team"
            assert main(["pack", str(folders[language]), "--language", language]) == 0
        return folders[language]

    return folder


def parsed(path: Path) -> Element:
    """A page as XML, which it is beside its first line."""
    return ElementTree.fromstring(path.read_text("utf-8").removeprefix("<!DOCTYPE html>"))


def codes(page: Element, kind: str) -> list[str]:
    return [code.text or "" for code in page.iter("code") if code.get("class") == kind]


def every_file(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# ---- the folder


def test_the_folder_is_whole(packed: Callable[[str], Path]) -> None:
    folder = packed("en")
    assert {path.name for path in folder.iterdir()} == FILES
    assert len(list((folder / "exports").iterdir())) > 20
    assert [path.name for path in folder.parent.iterdir()] == ["team"], "something was left beside it"


def test_packing_twice_gives_the_same_bytes(packed: Callable[[str], Path], tmp_path: Path) -> None:
    again = tmp_path / "another name"
    assert main(["pack", str(again)]) == 0
    assert every_file(again) == every_file(packed("en"))


def test_an_empty_folder_may_be_there_and_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "note.txt").write_text("mine")
    for target, reason in ((kept, "not empty"), (kept / "note.txt", "is a file"), (tmp_path / "no" / "team", "exist")):
        assert main(["pack", str(target)]) == 1
        error = capsys.readouterr().err
        assert reason in error
        assert error.count("\n") == 1
    assert {path.name for path in tmp_path.rglob("*")} == {"kept", "note.txt"}


def test_the_folder_one_is_in_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["pack", "."]) == 1


def test_nothing_half_made_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pack, "save", fail)
    (tmp_path / "team").mkdir()
    assert main(["pack", str(tmp_path / "team")]) == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["team"]


def test_a_teams_own_workbook(
    small_book: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    edit: Callable[[Path, Callable[[Any], object]], Path],
) -> None:
    edit(small_book, lambda book: book.create_sheet("Ours"))
    folder = tmp_path / "team"
    assert main(["pack", str(folder), "--book", str(small_book), "--language", "ko"]) == 0
    output = capsys.readouterr().out
    assert "but not: sheet Ours" in output
    assert {path.name for path in folder.iterdir()} == FILES - {"exports"}
    page = (folder / "guide.html").read_text("utf-8")
    assert 'lang="ko"' in page
    assert "<b>exports</b>" not in page, "there are no exports to try"
    book = openpyxl.load_workbook(folder / "lifecycle.xlsx", data_only=True)
    assert "Podcast" in book.sheetnames
    check_pictures(folder)


def test_both_packed_workbooks_hold_the_same_and_all_of_it_is_ours(packed: Callable[[str], Path]) -> None:
    remarks: list[str] = []
    one, other = (pack._content_of(packed("ja") / name, FUNCTIONS.catalogue, remarks) for name in pack.WORKBOOKS)
    assert one == other
    assert not remarks


# ---- the pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_alone(packed: Callable[[str], Path], language: str, name: str) -> None:
    path = packed(language) / name
    page, text = parsed(path), path.read_text("utf-8")
    assert page.get("lang") == language
    assert not re.search(r"https?:|<script|<img|<link|href=|src=|url\(", text)
    assert not re.search(r"\$[a-z_]{2,}", text), "a name was not filled in"
    for mentioned in re.findall(r"[\w.-]+\.(?:xlsx|xlsm|oxt|cmd|whl|html)\b", text):
        assert mentioned in FILES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_one_language(packed: Callable[[str], Path], language: str, name: str) -> None:
    text = " ".join(own_words(parsed(packed(language) / name)))
    scripts = {"ko": r"[\uac00-\ud7a3]", "ja": r"[\u3040-\u30ff]"}
    for other, letters in scripts.items():
        assert bool(re.search(letters, text)) == (other == language)
    if language != "en":
        english = re.findall(r"(?:[A-Za-z']+ ){2,}[A-Za-z']+", text.replace("Mark of the Web", ""))
        assert not english


def own_words(element: Element) -> Iterator[str]:
    """The texts of a page beside pictures, code, and the names of what one clicks or sets."""
    if element.tag not in ("figure", "code", "style", "b", "i", "footer"):
        yield element.text or ""
        for child in element:
            yield from own_words(child)
            yield child.tail or ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_installer_is_for_windows_and_does_what_the_page_says(packed: Callable[[str], Path], language: str) -> None:
    data = (packed(language) / "install.cmd").read_bytes()
    text = data.decode()
    assert data.count(b"\n") == data.count(b"\r\n")
    said = re.findall(r"echo (.*)\r", text)
    assert not any(re.search(r"[&|<>^%!()]", line) for line in said), "a letter that cmd.exe takes as its own"
    run = [line.replace("%PY%", "py") for line in re.findall(r"%PY% -m .*(?=\r)", text)]
    wanted = codes(parsed(packed(language) / "IT.html"), "command")[:2]
    assert [line.replace(" --disable-pip-version-check", "") for line in run] == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numbers_of_the_guide_are_the_workbooks(packed: Callable[[str], Path], language: str) -> None:
    folder = packed(language)
    cells = started(folder / "lifecycle.xlsx")
    listed = {}
    for item in parsed(folder / "guide.html").iter("li"):
        formula, figure = item.find("code"), item.find("b")
        if formula is not None and figure is not None and formula.get("class") == "formula":
            listed[formula.text] = figure.text
    assert listed == {f"={name}()": format_value(cell.value, cell.number_format) for name, cell in cells.items()}
    assert check_pictures(folder) > 30


def started(path: Path) -> dict[str, Any]:
    """The cells of Start with the four functions' values, by function."""
    book = openpyxl.load_workbook(path, data_only=True)
    rows = book.worksheets[0].iter_rows(min_col=2, max_col=3)
    found = {str(code.value).partition("(")[0].removeprefix("="): value for code, value in rows}
    return {name: found[name] for name in TRIED}


def check_pictures(folder: Path) -> int:
    """Every cell in the pictures is as the workbook shows it; how many there are."""
    book = openpyxl.load_workbook(folder / "lifecycle.xlsx", data_only=True)
    checked = 0
    for figure in parsed(folder / "guide.html").iter("figure"):
        tab, table = figure.find("div[@class='tabs']/span"), figure.find("table")
        assert tab is not None
        assert table is not None
        if tab.text == guides.IMPORT:
            continue
        sheet = book[tab.text]
        letters, *rows = table.findall("tr")
        columns = [th.text for th in letters.findall("th")][1:]
        bar = figure.find("div[@class='bar']")
        typed = bar is not None and "".join(bar.itertext()).endswith("=CAC()") and bar[0].text
        for row in rows:
            number, at = row.find("th"), 0
            assert number is not None
            for td in row.findall("td"):
                where = f"{columns[at]}{number.text}"
                at += int(td.get("colspan", 1))
                if where == typed:
                    assert td.text == format_value(beside(sheet, "CAC"), "General")
                else:
                    cell = sheet[where]
                    assert (td.text or "") == shown_as(cell), f"{sheet.title}!{where}"
                checked += bool(td.text)
    return checked


def beside(sheet: Any, function: str) -> Any:
    rows = sheet.iter_rows(min_col=2, max_col=4, values_only=True)  # a scorecard has a trend before the value
    return next(value if value is not None else after for code, value, after in rows if code == function)


def shown_as(cell: Any) -> str:
    if isinstance(cell.value, str) or cell.value is None:
        return cell.value or ""
    return format_value(cell.value, cell.number_format)


def test_a_guide_has_one_sheet_of_paper(packed: Callable[[str], Path], tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        (pytest.fail if os.environ.get("XL_REQUIRE_HOSTS") else pytest.skip)("Chromium is missing: install chromium")
    for language in LANGUAGES:
        for name in PAGES:
            paper = tmp_path / f"{language}-{name}.pdf"
            subprocess.run(
                [
                    browser,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-pdf-header-footer",
                    f"--user-data-dir={tmp_path / 'profile'}",
                    f"--print-to-pdf={paper}",
                    (packed(language) / name).as_uri(),
                ],
                check=True,
                capture_output=True,
                timeout=60,
            )
            assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 1, f"{name} in {language}"


# ---- done literally, by two users


def as_here(command: str, python: Path) -> list[str]:
    """A command of the pages on this computer: `py` is the user's own Python, and its pip is uv's, which keeps files."""
    words = shlex.split(command)
    if words[:3] == ["py", "-m", "pip"]:
        return ["uv", "pip", *(word for word in words[3:] if word != "-y"), "--python", str(python)]
    assert words[:2] == ["py", "-m"], command
    return [str(python), *words[1:]]


class User:
    """A person with a new virtual environment, and a copy of the folder in which commands are typed."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.folder = Path(shutil.copytree(folder, home / "team"))
        self.python = home / "python" / "bin" / "python"
        own = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT")
        self.environ = {name: value for name, value in os.environ.items() if name not in own}
        subprocess.run(["uv", "venv", "-q", str(home / "python")], check=True, env=self.environ, timeout=60)

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            as_here(command, self.python),
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            encoding="utf-8",
        )


def follow(user: User) -> dict[str, str]:
    """Do what IT.html says, in its order; what each command said."""
    said = {}
    for command in codes(parsed(user.folder / "IT.html"), "command"):
        done = user.type(unescape(command))
        said[command] = done.stdout
        if command.endswith(" install"):  # makes what lifecycle.xlsm starts, so only where that runs
            assert done.returncode == 1
            assert "lifecycle.xlsm runs only in Excel for Windows" in done.stderr
            assert done.stderr.count("\n") == 1
        else:
            assert done.returncode == 0, f"{command}: {done.stderr}"
    return said


def test_two_users_who_follow_the_page_get_the_same(packed: Callable[[str], Path], tmp_path: Path) -> None:
    if not shutil.which("uv"):
        (pytest.fail if os.environ.get("XL_REQUIRE_HOSTS") else pytest.skip)("uv is missing: pip install uv")
    folder = packed("en")
    before = started(folder / "lifecycle.xlsx")
    users = []
    for name in ("one", "two and a half"):
        (tmp_path / name).mkdir()
        users.append(User(tmp_path / name, folder))
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(follow, users)
    figures = {name: one[f'py -m xl_lifecycle calc "={name}()" --book lifecycle.xlsx'].strip() for name in TRIED}
    assert figures == {name: f"{cell.value:,.2f}" for name, cell in before.items()}
    doctor = "py -m xl_lifecycle doctor lifecycle.xlsm"
    assert {**one, doctor: ""} == {**two, doctor: ""}, "doctor names each user's own Python"
    assert "the file's own total" in one["py -m xl_lifecycle refresh lifecycle.xlsx exports"]
    refreshed = [user.folder / "lifecycle.xlsx" for user in users]
    assert refreshed[0].read_bytes() == refreshed[1].read_bytes()
    after = started(refreshed[0])
    assert {name: cell.value for name, cell in after.items()} == {name: cell.value for name, cell in before.items()}
    gone = users[0].type("py -m xl_lifecycle --version")
    assert "No module named xl_lifecycle" in gone.stderr, "the last command removes it"
