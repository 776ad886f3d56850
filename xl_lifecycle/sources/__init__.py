"""The sources of numbers: exports on a disk, databases, and files in a team's own format.

`read` reads one file, `read_all` reads files, folders and databases. Both may raise a `SourceError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.exports import Declaration, Import, Progress

NO_RULES = Rules()


def read(path: Path, rules: Rules = NO_RULES) -> Import:
    """Read the one export in a file: recognise it by its headers, and reconcile it."""
    from xl_lifecycle.sources.disk import read

    return read(path, rules=rules)


def read_all(froms: Iterable[Path | str], progress: Progress = lambda _: None, rules: Rules = NO_RULES) -> list[Import]:
    """Read every export in files, archives and folders, and the events in databases."""
    from xl_lifecycle.sources.disk import read_all

    return read_all(froms, progress, rules)


def read_folder(
    folder: Path, progress: Progress = lambda _: None, rules: Rules = NO_RULES
) -> tuple[Sequence[Declaration], Sequence[Import]]:
    """The formats that a folder's files may have, with the folder's own declarations first, and the exports in it."""
    from xl_lifecycle.sources.disk import read_all
    from xl_lifecycle.sources.mapping.own_formats import all_formats

    return all_formats([folder]), read_all([folder], progress, rules, optional=True)
