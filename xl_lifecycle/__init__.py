"""Customer lifecycle metrics as Excel functions."""

TYPE_CHECKING = False  # as typing has it, which takes time to load

if TYPE_CHECKING:
    from xl_lifecycle.commands.book import Book, BookError, FigureError, LifecycleError, Report, SourceError, new, open

__version__ = "0.1.0"
__all__ = ["Book", "BookError", "FigureError", "LifecycleError", "Report", "SourceError", "new", "open"]


def __getattr__(name: str) -> object:
    """The public API, loaded on first use: of the package's other folders, only four travel inside a workbook."""
    if name not in __all__:
        raise AttributeError(f"xl_lifecycle has no {name}")
    from xl_lifecycle.commands import book

    return getattr(book, name)
