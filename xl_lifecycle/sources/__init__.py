"""Where numbers come from: exports on a disk, databases, and files of a team's own.

`read` takes one file, `read_all` files, folders and databases. Each may raise a `SourceError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.exports import Declaration, Import, Progress

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
    from xl_lifecycle.sources.mapping.own_formats import known_formats

    return known_formats([folder]), read_all([folder], progress, rules, optional=True)
