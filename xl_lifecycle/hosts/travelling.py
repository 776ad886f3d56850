"""The part of the package that travels inside a workbook or an extension: four folders, standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from xl_lifecycle.core.language.vocabulary import LANGUAGES

FOLDERS = ("core", "content", "exports", "refresh")
_WORDS = "core/language/words"
_CARRIED = (".py", ".toml")


def travelling_sources(language: str = "") -> Iterator[tuple[str, str]]:
    """The path inside the package and the text of what travels; of the words only a language's, if one is named."""
    package = resources.files("xl_lifecycle")
    left_out = {f"{_WORDS}/{each}.py" for each in LANGUAGES if language and each != language}
    yield "__init__.py", package.joinpath("__init__.py").read_text("utf-8")
    for folder in FOLDERS:
        for path, text in _texts(package.joinpath(folder), folder):
            if path not in left_out:
                yield path, text


def _texts(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _texts(entry, f"{path}/{entry.name}")
        elif entry.name.endswith(_CARRIED):
            yield f"{path}/{entry.name}", entry.read_text("utf-8")
