"""The part of the package that travels inside a workbook or an extension: four folders, standard library only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from xl_lifecycle.core.language.vocabulary import LANGUAGES, Language
from xl_lifecycle.core.language.words import words

FOLDERS = ("core", "content", "exports", "refresh")
_WORDS = "core/language/words"
_SUFFIXES = (".py", ".toml")
_WRITER_SECTIONS = ("formats", "defaults", "sheets", "guides", "sample")  # sections that only the writers of files use
_INPUT_SECTIONS = ("names", "metrics", "sources", "measures", "kinds", "channels", "headers", "journey", "experiments")


def travelling_sources(language: Language | None = None) -> Iterator[tuple[str, str]]:
    """The path inside the package and the text of each file that travels.

    language: of the workbook. From the other languages only the words that people may type travel.
    """
    package = resources.files("xl_lifecycle")
    yield "__init__.py", package.joinpath("__init__.py").read_text("utf-8")
    for folder in FOLDERS:
        for path, text in _texts(package.joinpath(folder), folder):
            if not (path.startswith(_WORDS) and path.endswith(".toml")):
                yield path, text
    for each in LANGUAGES:
        if each != "en":
            yield f"{_WORDS}/{each}.json", _words(each, whole=language in (None, each))


def _words(language: Language, whole: bool) -> str:
    """The words of a language as JSON, one line each."""
    sections = {
        name: texts
        for name, texts in words(language).items()
        if (name not in _WRITER_SECTIONS if whole else name in _INPUT_SECTIONS)
    }
    return json.dumps(sections, ensure_ascii=False, indent=0, separators=(",", ":"))


def _texts(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _texts(entry, f"{path}/{entry.name}")
        elif entry.name.endswith(_SUFFIXES):
            yield f"{path}/{entry.name}", entry.read_text("utf-8")
