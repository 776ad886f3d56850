"""A new, empty workbook, for the command line and the Python API."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from xl_lifecycle.content.content import empty
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.cells.months import Month
from xl_lifecycle.core.cells.periods import FiscalYear
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.channels import CHANNELS, channel_key
from xl_lifecycle.core.language.vocabulary import ALL, LANGUAGES, NOT_ATTRIBUTED, known_language
from xl_lifecycle.hosts.save import save

MOST_MONTHS = 120


def write_new_workbook(
    path: Path,
    currency: str = "USD",
    start: Month | None = None,
    channels: Sequence[str] = (),
    language: str = "en",
    months: int = 12,
) -> None:
    """Write an empty workbook, .xlsx or .xlsm. Raises BookError if it exists or an argument is wrong.

    start: its first month; this January by default. channels: ten usual ones by default.
    """
    _refuse_path(path)
    known = known_language(language)
    if known is None:
        raise BookError(f'"{language}" is not a language of ours; write one of {", ".join(LANGUAGES)}')
    if not 1 <= months <= MOST_MONTHS:
        raise BookError(f"{months} is not a number of months from 1 to {MOST_MONTHS}")
    if not re.fullmatch("[A-Z]{3}", currency.upper()):
        raise BookError(f'"{currency}" is not a currency; write its three letters, e.g. EUR')
    names = _channel_names(channels or CHANNELS)
    first = dt.date.today().year * 12 if start is None else start
    settings = Settings("all", currency.upper(), known, FiscalYear.usual(known))
    save(empty(names, range(first, first + months), settings), path, FUNCTIONS.catalogue)


def _refuse_path(path: Path) -> None:
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise BookError(f"{path} must end in .xlsx or .xlsm, such as {path.with_suffix('.xlsx')}")
    if path.exists():
        raise BookError(f"{path} exists already; choose another name, or delete it first")
    if not path.parent.is_dir():
        raise BookError(f"the folder {path.parent} does not exist; make it first")


def _channel_names(names: Sequence[str]) -> list[str]:
    channels = [channel_key(name) for name in names]
    for name in channels:
        if not name or name in (ALL, NOT_ATTRIBUTED) or "/" in name:
            raise BookError(
                f'"{name}" cannot be a channel: "{ALL}", "{NOT_ATTRIBUTED}" and "/" are reserved; choose another name'
            )
    folded = [name.casefold() for name in channels]
    repeated = next((name for i, name in enumerate(channels) if name.casefold() in folded[:i]), None)
    if repeated:
        raise BookError(f'the channel "{repeated}" is named twice; name it once')
    return channels
