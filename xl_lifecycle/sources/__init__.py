"""Exports on disk as facts, each reconciled to its own total.

`read` takes one file, `read_cells` a pasted sheet, `read_all` files and folders; `combine` makes one of several.
A `SourceError` says in one line what is wrong, where, and what to do. Adding a format is one TOML in this folder,
or among a team's exports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from xl_lifecycle.rules import Rules
from xl_lifecycle.sources.combine import combine
from xl_lifecycle.sources.declaration import ITEMS, PLAIN, Declaration
from xl_lifecycle.sources.facts import Check, Combined, Covered, Fact, Import, ItemFact, SourceError
from xl_lifecycle.sources.reader import Progress, read_cells

__all__ = [
    "ITEMS",
    "PLAIN",
    "Check",
    "Combined",
    "Covered",
    "Declaration",
    "Fact",
    "Import",
    "ItemFact",
    "Progress",
    "SourceError",
    "combine",
    "read",
    "read_all",
    "read_cells",
    "read_folder",
]


NO_RULES = Rules()


def read(path: Path, rules: Rules = NO_RULES) -> Import:
    """The one export in a file, recognised by its headers, read and reconciled."""
    from xl_lifecycle.sources.disk import read

    return read(path, rules=rules)


def read_all(froms: Iterable[Path | str], progress: Progress = lambda _: None, rules: Rules = NO_RULES) -> list[Import]:
    """Every export in files, archives and folders, and the events of databases."""
    from xl_lifecycle.sources.disk import read_all

    return read_all(froms, progress, rules)


def read_folder(
    folder: Path, progress: Progress = lambda _: None, rules: Rules = NO_RULES
) -> tuple[Sequence[Declaration], Sequence[Import]]:
    """The formats that a folder's files may be in, its own declarations first, and every export in it, if any."""
    from xl_lifecycle.sources.disk import read_all
    from xl_lifecycle.sources.mapping.own import known_formats

    return known_formats([folder]), read_all([folder], progress, rules, optional=True)
