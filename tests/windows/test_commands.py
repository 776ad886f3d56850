"""Every command, in folders and files with Korean names, in a process and a code page as a person has them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.windows.commands import BOOK, EXPORTS, TEAM, WRITING, WRITTEN, put_exports
from xl_lifecycle import __version__

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A folder in which all that writes has run."""
    folder = tmp_path_factory.mktemp("한글 폴더 é")
    put_exports(folder)
    for words in WRITING.values():
        code, out, error = run(folder, *words)
        assert (code, error) == (0, ""), f"{words}: {out}{error}"
        assert "Written: " in out
        assert "note: " not in out or words[0] != "pack", "a pack that lacks something says so"
    return folder


def parts(path: Path) -> dict[str, bytes]:
    """A file's content, of archives and folders by name: how small an archive gets differs between computers."""
    if path.is_dir():
        return {f"{each.name}/{name}": data for each in path.iterdir() for name, data in parts(each).items()}
    if not zipfile.is_zipfile(path):
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_what_linux_writes(folder: Path, made_on_linux: Path, name: str) -> None:
    mine, other = parts(folder / name), parts(made_on_linux / name)
    assert mine.keys() == other.keys()
    assert [part for part, data in mine.items() if data != other[part]] == []


def test_a_packed_folder_is_whole(folder: Path) -> None:
    names = {path.name for path in (folder / TEAM).iterdir()}
    assert names == {
        "IT.html", "exports", "guide.html", "install.cmd", "lifecycle.xlsm", "lifecycle.xlsx", "xl-lifecycle.oxt",
        f"xl_lifecycle-{__version__}-py3-none-any.whl",
    }  # fmt: skip


def test_nothing_is_left_beside(folder: Path) -> None:
    kept = "책 é.before-refresh.xlsx"
    assert {path.name for path in folder.iterdir()} == {*WRITTEN, EXPORTS, kept}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--version",), f"xl-lifecycle {__version__}"),
        (("check", BOOK), "(look) MQLs of Email in 2026-01"),
        (("map", f"{EXPORTS}\\costs.csv"), "costs.csv"),
        (("refresh", BOOK, f"{EXPORTS}/costs.csv"), f"{BOOK} holds all this already."),
        (("doctor", BOOK), "Excel is not installed here"),
        (("calc", '=CAC("Paid ads","2026-Q1")', "--book", "lifecycle.xlsx"), "1,204.4"),
    ],
)
def test_a_command(folder: Path, run: Run, words: tuple[str, ...], says: str) -> None:
    code, out, error = run(folder, *words)
    assert (code, error) == (0, "")
    assert says in out


def test_calc_in_full_precision(folder: Path, run: Run) -> None:
    assert json.loads(run(folder, "calc", "=CAC(1000,3)", "--json")[1]) == 1000 / 3


def test_an_error_is_one_line_in_any_code_page(folder: Path, run: Run) -> None:
    code, out, error = run(folder, "refresh", BOOK, "없는.csv")
    assert (code, out) == (1, "")
    assert error == "xl-lifecycle: 없는.csv does not exist; give a file or a folder of exports\n"


def test_a_log_and_a_database_are_read_and_nothing_else(folder: Path, run: Run) -> None:
    """DuckDB is given the files that it may open by their paths, which Windows writes in another way."""
    (folder / "주문 orders.csv").write_text("date,customer,amount\n2026-01-31,ann,10\n2026-02-12,bob,20\n", "utf-8")
    (folder / "shop.toml").write_text(
        '[database]\nurl = "주문 orders.csv"\n[events.orders]\n'
        "query = '''SELECT date AS \"when\", customer, amount FROM \"주문 orders\"'''\n",
        "utf-8",
    )
    code, out, error = run(folder, "refresh", BOOK, "주문 orders.csv", "--dry-run")
    assert (code, error) == (0, "")
    assert "Sales revenue 30" in out
    code, out, error = run(folder, "refresh", BOOK, "shop.toml", "--dry-run")
    assert code == 0, error
    assert "shop.toml asks to run this query there" in error
    assert "Sales revenue 30" in out
    (folder / "evil.toml").write_text(
        '[database]\nurl = "주문 orders.csv"\n[events.orders]\nquery = "SELECT * FROM read_text(\'C:/windows/win.ini\')"\n',
        "utf-8",
    )
    code, out, error = run(folder, "refresh", BOOK, "evil.toml", "--dry-run")
    assert code == 1
    assert "disabled by configuration" in error
