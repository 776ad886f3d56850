"""Every error that we raise, in one tree. The text of each is one line: what is wrong, where, and what to do.

LifecycleError          what a user can fix
    Refusal             a cell's answer is an Excel error
    ExpressionError     the expression of a custom metric cannot be read
    BookError           a workbook cannot be used
    SourceError         an export or a database cannot be read
        UnknownFormat   its format is unknown
    FigureError         the Python API has no figure to give
    SetupError          a computer cannot be set up, or lacks what is needed
    UsageError          a command cannot do what its arguments say
CatalogueError          our own definitions contradict each other; raised at import
CannotCalculate         the second engine cannot calculate a formula; its caller continues without the value
"""

from __future__ import annotations

from enum import Enum

from xl_lifecycle.core.language.text import Text, one_line


class ExcelError(Enum):
    """An Excel error value: never a string, so that no formula can mistake it for text."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"

    def __str__(self) -> str:
        return self.value


class LifecycleError(Exception):
    """An error that a user can fix. reason: what is wrong, in one line.

    word: a code for scripts beside the reason. status: the exit status of a command.
    """

    word = "error"
    status = 1

    def __init__(self, reason: str) -> None:
        self.reason = one_line(reason)
        super().__init__(self.reason)


class Refusal(LifecycleError):
    """Why a cell shows an Excel error: the error, and the reason in words for EXPLAIN and the console."""

    def __init__(self, error: ExcelError, reason: str, /, **values: object) -> None:
        """values: for the placeholders of the reason, such as {label}."""
        super().__init__(Text(reason, **values))
        self.error, self.word = error, str(error)


class ExpressionError(LifecycleError):
    """Why the expression of a custom metric cannot be read."""

    def __init__(self, reason: str, /, **values: object) -> None:
        """values: for the placeholders of the reason, such as {label}."""
        super().__init__(Text(reason, **values))


class BookError(LifecycleError):
    """Why a workbook cannot be used; nothing in it was changed."""

    word = "workbook"


class SourceError(LifecycleError):
    """Why a file or a database cannot be read."""

    word = "source"

    def __init__(self, reason: str) -> None:
        super().__init__(" ".join(reason.split()))


class UnknownFormat(SourceError):
    """No table in the file has a known format."""


class FigureError(LifecycleError):
    """Why there is no figure. error: the Excel error, such as "#N/A"; reason: why, in words."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error = self.word = error

    def __str__(self) -> str:
        return f"{self.error}: {self.reason}" if self.reason else self.error


class SetupError(LifecycleError):
    """Why a computer or a folder was not set up. What was there before is unchanged."""

    word = "install"


class UsageError(LifecycleError):
    """Why a command cannot do what its arguments say."""

    def __init__(self, reason: str, word: str = "argument", status: int = 1) -> None:
        super().__init__(reason)
        self.word, self.status = word, status


class CatalogueError(Exception):
    """Our own definitions contradict each other."""


class CannotCalculate(Exception):
    """The second engine cannot calculate a formula."""
