"""Customer lifecycle metrics as Excel functions."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xl_lifecycle.commands.book import Book, new, open
    from xl_lifecycle.core.cells.errors import BookError, FigureError, LifecycleError, SourceError
    from xl_lifecycle.refresh.merge import Report

__version__ = "0.1.0"
__all__ = ["Book", "BookError", "FigureError", "LifecycleError", "Report", "SourceError", "new", "open"]


def __getattr__(name: str) -> object:
    """The public API, loaded on first use: of the package's other folders, only four travel inside a workbook."""
    if name not in __all__:
        raise AttributeError(f"xl_lifecycle has no {name}")
    from xl_lifecycle.commands import book

    return getattr(book, name)
