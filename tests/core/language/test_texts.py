"""What functions and reports say, in every language: complete, none stale, made of the same values."""

from __future__ import annotations

import ast
import copy
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import pytest

from tests.support.paths import ROOT
from xl_lifecycle.core.catalogue.catalogue import Metric, collect
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.language.text import Text, joined, said, words
from xl_lifecycle.core.language.translations import NAMES
from xl_lifecycle.core.language.vocabulary import LANGUAGES, Better, Table, Timing, Unit
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.exports.declaration import formats

PACKAGE = ROOT / "xl_lifecycle"
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
# Which argument of a call is what a person reads.
SAID = {"Text": 0, "Refusal": 1, "ExpressionError": 0, "_WrongCell": 1, "ValueError": 0, "problem": 2, "Problem": 3}
# Texts that are made of parts: of a count, of a list, of the name of a format.
COMPOSED = {
    *("channel", "period"),
    *("Settings", *(table.value for table in Table)),
    *(f"{{count}} {noun}{end}" for noun in ("row", "month") for end in ("", "s")),
    *(word.join(f"{{part{i}}}" for i in range(n)) for word in (" and ", " or ") for n in (2, 3)),
    *(format.title.split()[-1] for format in formats() if format.shape == "records"),
}
# Where only the command line or a programmer reads what is raised.
NOT_IN_CELLS = (
    "commands/calc",
    "commands/check",
    "commands/setup",
    "sources/database",
    "sources/mapping",
    "exports/declaration",
)
NEITHER = (
    "xlsx/",
    "template/",
    "engine/",
    "commands/pack/guides",
    "hosts/classic/vba",
    "hosts/lite",
    "hosts/libreoffice",
)
LETTERS = re.compile(r"[A-Za-z]{2}")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix().removesuffix(".py")
        if not name.startswith(NOT_IN_CELLS + NEITHER):
            yield name, ast.parse(path.read_text("utf-8"))


def constants(node: ast.AST) -> list[str] | None:
    """The texts that an argument may be; None where it is put together in place, [] where it comes from elsewhere."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        both = constants(node.body), constants(node.orelse)
        return None if None in both else [text for texts in both for text in texts or ()]
    return None if isinstance(node, ast.JoinedStr) else []


@cache
def found() -> tuple[dict[str, str], list[str]]:
    """Every text with its module; and the places where one is put together so that it cannot be translated."""
    texts: dict[str, str] = {}
    mixed = []
    for module, tree in modules():
        for node in ast.walk(tree):
            given: list[ast.AST] = []
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                given = list(node.args[SAID[name] : SAID[name] + 1]) if name in SAID else []
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("said", "told", "text"):
                given = [] if isinstance(node.value, ast.JoinedStr) else [node.value]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("LOST", "_NO_CHANNEL"):
                given = [node.value]
            for each in given:
                read = constants(each)
                mixed += [f"{module}:{node.lineno}"] if read is None else []  # type: ignore[attr-defined]
                texts |= dict.fromkeys(read or (), module)
    return texts, mixed


def entries() -> list[Measure | Metric]:
    catalogue = collect()
    return [*catalogue.measures.values(), *catalogue.metrics.values()]


def letters(text: str) -> str:
    """A text without its places."""
    return re.sub(r"\{[^}]*\}", "", text)


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_text_is_put_together_where_it_cannot_be_translated() -> None:
    assert len(found()[0]) > 200
    assert found()[1] == []


def test_every_text_has_a_translation(language: str) -> None:
    texts = {*found()[0], *COMPOSED, *(entry.definition for entry in entries())}
    known = NAMES.keys() | words(language).keys()
    assert sorted(text for text in texts if LETTERS.search(letters(text)) and text not in known) == []


def test_no_translation_is_stale(language: str) -> None:
    used = {*found()[0], *COMPOSED, *(text for entry in entries() for text in (entry.definition, entry.source))}
    assert sorted(text for text in words(language) if text not in used) == []
    units = {member.value for words in (Unit, Better, Timing) for member in words}
    titles = {entry.title for entry in entries() if isinstance(entry, Metric)} | {each.title for each in formats()}
    assert sorted(NAMES.keys() - units - titles) == []


def test_a_translation_has_the_same_places(language: str) -> None:
    places = {text: re.findall(r"\{(.*?)\}", text) for text in words(language)}
    other = {text: re.findall(r"\{(.*?)\}", word) for text, word in words(language).items()}
    day = "{day} {name} {year}"  # the month's name, or its number
    assert {text for text in places if set(places[text]) != set(other[text])} == {day}


def test_what_is_typed_is_kept(language: str) -> None:
    kept = re.compile(r"#[A-Z0]+/?[A0]?[!?]?|(?<![A-Za-z])[A-Z][A-Z0-9_]{2,}(?=\()|Targets\[#All\]|\d[\d.-]*\d")
    lost = {text: [each for each in kept.findall(text) if each not in word] for text, word in words(language).items()}
    assert {text: each for text, each in lost.items() if each} == {}


def test_translations_are_in_their_script(language: str) -> None:
    script = {"ko": "HANGUL", "ja": "HIRAGANA|KATAKANA|CJK"}
    other = script[next(each for each in TRANSLATED if each != language)]
    for text, word in {**words(language), **{text: said(text, language) for text in NAMES}}.items():
        names = " ".join(unicodedata.name(letter, "") for letter in word)
        assert re.search(script[language], names) or not LETTERS.search(letters(word)), text
        assert not re.search(other, names), text


def test_a_text_remembers_what_it_is_made_of() -> None:
    leads = ("Leads", "리드", "リード")
    text = Text("{label} is below 0", label=leads)
    assert (text, said(text, "en"), said(text, "ko"), said(text, "ja")) == (
        "Leads is below 0", "Leads is below 0", "리드 값이 0보다 작습니다", "リードが0未満です",
    )  # fmt: skip
    outer = Text("{table} row {row}: {why}", table="Costs", row=3, why=text)
    assert said(outer, "ko") == "Costs 표 3행: 리드 값이 0보다 작습니다"
    assert said(joined([leads, "Podcast", 3]), "ja") == "リード, Podcast, 3"
    assert type(said(text, "en")) is str  # for hosts that look closely
    assert copy.deepcopy(outer).values == outer.values
    assert Text("{not a place}") == "{not a place}"
    refusal = Refusal(ExcelError.NA, text)
    assert (refusal.reason, str(refusal)) == (text, text)
