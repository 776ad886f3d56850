"""How long a query may take and how much it may need, whoever wrote it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from xl_lifecycle.core.cells.errors import SourceError

MOST_SECONDS = 600.0
MOST_DISK = 10_000_000_000  # bytes of temporary files
MOST_ROWS = 500_000  # rows that an answer may have; a month and a place are one row
MEMORY = "350MB"  # the limit of DuckDB, which uses slightly more; the rest goes to a temporary folder
_LOOK = 0.25  # seconds between two looks at the limits


@contextmanager
def limited(name: str, stop: Callable[[], None], folder: Path | None = None) -> Iterator[None]:
    """Stop what runs inside if it takes too long, or fills a folder; SourceError then says so.

    name: where the query runs, to show to people. stop: makes the query fail; it is called from another thread.
    """
    done, reasons, end = threading.Event(), [], time.monotonic() + MOST_SECONDS

    def watch() -> None:
        while not done.wait(min(_LOOK, MOST_SECONDS)):
            if time.monotonic() > end:
                reasons.append(f"a query took longer than {MOST_SECONDS / 60:g} minutes and was stopped")
            elif folder and _size(folder) > MOST_DISK:
                reasons.append(f"a query needed more than {MOST_DISK / 1e9:g} GB of disk and was stopped")
            if reasons:
                stop()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except Exception:
        if reasons:
            raise SourceError(f"{name}: {reasons[0]}; ask for less, such as fewer months") from None
        raise
    finally:
        done.set()
        watcher.join()


def refuse_too_many(name: str, rows: int) -> None:
    """Raise SourceError if an answer has more rows than months, channels and campaigns make."""
    if rows > MOST_ROWS:
        raise SourceError(f"{name}: an answer has more than {MOST_ROWS:,} rows: it has too many channels and campaigns")


def _size(folder: Path) -> int:
    """The bytes in a folder whose files come and go."""
    size = 0
    for file in folder.iterdir():
        try:
            size += file.stat().st_size
        except OSError:
            continue
    return size
