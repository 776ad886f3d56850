"""The version that made a workbook, in both files, and the message if this computer has another one."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.placed import placed
from xl_lifecycle import __version__
from xl_lifecycle.commands.check import check
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.hosts.classic import calls as classic
from xl_lifecycle.hosts.save import save
from xl_lifecycle.template.maker_version import is_newer, maker_version, mismatch
from xl_lifecycle.xlsx.saved_book import SavedBook

STATUS_BAR = 255  # characters that Excel shows below the cells
CUSTOM = r"docProps/custom\.xml"
CODE = r"xl/webextensions/webextension1\.xml"


@pytest.fixture
def of_version(small_original: Path, tmp_path: Path, rewrite: Callable[..., Path]) -> Callable[[str], Path]:
    """The small workbook as another version would have made it."""

    def book_of(version: str) -> Path:
        change = {CUSTOM: lambda part: part.replace(f">{__version__}<", f">{version}<")}
        return rewrite(small_original, tmp_path / f"of {version}.xlsx", change)

    return book_of


def test_both_files_say_who_made_them(small_original: Path, tmp_path: Path) -> None:
    macros = tmp_path / "small.xlsm"
    save(SavedBook(small_original).content(FUNCTIONS.catalogue), macros, FUNCTIONS.catalogue)
    assert maker_version(small_original) == maker_version(macros) == __version__


def test_another_program_that_saves_it_keeps_that(small_book: Path, edit: Any) -> None:
    edit(small_book, lambda book: None)
    assert maker_version(small_book) == __version__


def test_without_the_property_the_code_inside_says_it(
    small_original: Path, tmp_path: Path, rewrite: Callable[..., Path]
) -> None:
    changes = {
        CUSTOM: lambda part: part.replace('name="xl-lifecycle"', 'name="Mood"'),
        CODE: lambda part: part.replace(f"Version {__version__}.", "Version 0.0.7."),
    }
    assert maker_version(rewrite(small_original, tmp_path / "stripped.xlsx", changes)) == "0.0.7"


def test_other_files_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("no workbook")
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as file:
        file.writestr("docProps/custom.xml", "<broken")
    assert [maker_version(tmp_path / name) for name in ("text.xlsx", "other.xlsx")] == [None] * 2
    with pytest.raises(FileNotFoundError):
        maker_version(tmp_path / "absent.xlsx")


ORDER = ("0.1.0.dev1", "0.1.0", "0.1.0.post1", "0.1.1", "0.2.0rc1", "0.2.0", "0.10.0", "1.0")


@pytest.mark.parametrize(("older", "newer"), list(pairwise(ORDER)))
def test_the_order_of_versions(older: str, newer: str) -> None:
    assert is_newer(newer, older)
    assert not is_newer(older, newer)


def test_equal_versions_spelt_in_two_ways() -> None:
    assert not is_newer("1.0", "1.0.0")
    assert not is_newer("1.0.0", "1.0")


def test_a_newer_workbook_names_the_wheel_to_install() -> None:
    said = mismatch("0.9.0", "0.8.0")
    assert "made by xl-lifecycle 0.9.0, this computer has 0.8.0" in said
    assert "py -m pip install xl_lifecycle-0.9.0-py3-none-any.whl and py -m xl_lifecycle install" in said


def test_an_older_workbook_is_made_anew() -> None:
    said = mismatch("0.7.0", "0.8.0")
    assert "made by xl-lifecycle 0.7.0, this computer has 0.8.0" in said
    assert "xl_lifecycle new" in said
    assert "install" not in said


@pytest.mark.parametrize("version", [__version__, None, ""])
def test_the_same_version_or_none_says_nothing(version: str | None) -> None:
    assert mismatch(version) == ""


@pytest.mark.parametrize("version", ["0.0.9", "99.10.10"])
def test_excel_shows_all_of_it_on_one_line(version: str) -> None:
    ((text,),) = classic.notice(version)
    assert text == mismatch(version)
    assert len(str(text)) <= STATUS_BAR
    assert classic.notice(__version__) == [[""]]


@pytest.mark.parametrize("version", ["0.0.9", "99.0.0"])
def test_check_says_it_as_something_to_look_at(of_version: Callable[[str], Path], version: str) -> None:
    path = of_version(version)
    (finding,) = check(SavedBook(path), FUNCTIONS.catalogue)
    assert (finding.where, finding.text, finding.serious) == (path.name, mismatch(version), False)


def test_a_version_is_the_only_thing_that_differs(
    of_version: Callable[[str], Path], small_original: Path, tmp_path: Path
) -> None:
    """That is, nothing but the property is of another version in these tests."""
    other = shutil.copy(of_version("0.0.9"), tmp_path / "copy.xlsx")
    with zipfile.ZipFile(other) as one, zipfile.ZipFile(small_original) as two:
        read = [{name: file.read(name).decode("latin-1") for name in file.namelist()} for file in (one, two)]
        ours, theirs = (
            {n: placed(t) if n.startswith("xl/worksheets/sheet") else t for n, t in each.items()} for each in read
        )
        different = [name for name in ours if ours[name] != theirs[name]]
    assert [re.fullmatch(CUSTOM, name) is not None for name in different] == [True]
