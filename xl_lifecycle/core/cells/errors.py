"""Every error that we raise, in one tree. The text of each is one line: what is wrong, where, and what to do.

LifecycleError          what a person can mend
    Refusal             a cell's answer is an Excel error
    ExpressionError     the expression of a custom metric cannot be read
    BookError           a workbook cannot be used
    SourceError         an export or a database cannot be taken
        UnknownFormat   it has no format that we know
    FigureError         the Python API has no figure to give
    SetupError          a computer cannot be set up, or lacks what is needed
    UsageError          a command cannot do what its words say
CatalogueError          our own definitions contradict each other; raised at import
CannotCalculate         the second engine does not know a formula; its caller does without the value
"""

from __future__ import annotations

from enum import Enum

from xl_lifecycle.core.language.text import Text


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
    """What a person can mend. reason: what is wrong, in one line.

    word: what a script is told beside the reason. status: how a command exits.
    """

    word = "error"
    status = 1

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refusal(LifecycleError):
    """Why a cell shows an Excel error: the error, and the reason in words for EXPLAIN and the console."""

    def __init__(self, error: ExcelError, reason: str, /, **values: object) -> None:
        """values: what stands in the reason's places, {label}."""
        super().__init__(Text(reason, **values))
        self.error, self.word = error, str(error)


class ExpressionError(LifecycleError):
    """Why the expression of a custom metric cannot be read."""

    def __init__(self, reason: str, /, **values: object) -> None:
        """values: what stands in the reason's places, {label}."""
        super().__init__(Text(reason, **values))


class BookError(LifecycleError):
    """Why a workbook cannot be used; nothing in it was changed."""

    word = "workbook"


class SourceError(LifecycleError):
    """Why a file or a database cannot be taken."""

    word = "source"

    def __init__(self, reason: str) -> None:
        super().__init__(" ".join(reason.split()))


class UnknownFormat(SourceError):
    """No table in it has a format that we know."""


class FigureError(LifecycleError):
    """Why there is no figure. error: the Excel error, such as "#N/A"; reason: why, in words."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error = self.word = error

    def __str__(self) -> str:
        return f"{self.error}: {self.reason}" if self.reason else self.error


class SetupError(LifecycleError):
    """Why a computer or a folder was not set up. What was there before is as it was."""

    word = "install"


class UsageError(LifecycleError):
    """Why a command does not do what its words say."""

    def __init__(self, reason: str, word: str = "argument", status: int = 1) -> None:
        super().__init__(reason)
        self.word, self.status = word, status


class CatalogueError(Exception):
    """Our own definitions contradict each other."""


class CannotCalculate(Exception):
    """What the second engine is not able to calculate."""
