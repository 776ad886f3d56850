"""The words of the product, in the order people use them."""

from __future__ import annotations

from enum import Enum
from typing import Literal, get_args

Language = Literal["en", "ko", "ja"]  # to add one, add its code here and its words in words/<code>.toml
LANGUAGES: tuple[Language, ...] = get_args(Language)


def known_language(code: str) -> Language | None:
    """The language of a code; None if we have no such language.

    >>> known_language("ko"), known_language("xx")
    ('ko', None)
    """
    return next((language for language in LANGUAGES if language == code), None)


class Stage(Enum):
    """A stage of the customer lifecycle."""

    ATTRACT = "Attract"
    CAPTURE = "Capture"
    NURTURE = "Nurture"
    CONVERT = "Convert"
    EXPAND = "Expand"


class InputTable(Enum):
    """An input table of the workbook; the stages have one each."""

    COSTS = "Costs"
    ATTRACT = "Attract"
    CAPTURE = "Capture"
    NURTURE = "Nurture"
    CONVERT = "Convert"
    EXPAND = "Expand"
    ITEMS = "Items"


class Unit(Enum):
    """The unit of a value. PERCENT is stored as a fraction: 0.1 is 10%."""

    CURRENCY = "currency"
    COUNT = "count"
    PERCENT = "percent"
    RATIO = "ratio"
    POINTS = "points"
    SCORE = "score"
    SECONDS = "seconds"
    HOURS = "hours"
    DAYS = "days"
    RANK = "rank"
    INDEX = "index"


class Better(Enum):
    """The direction in which a value is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Timing(Enum):
    """Whether a value predicts the result (leading), reports it (lagging), or is an input."""

    LEADING = "leading"
    LAGGING = "lagging"
    MIXED = "mixed"
    INPUT = "input"
    UNKNOWN = "unknown"  # for metrics that users defined, which have no timing


class OverTime(Enum):
    """How the months of a period make one value."""

    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    MEAN = "weighted mean"
    NONE = "none"


class Across(Enum):
    """How channels, campaigns and items make one value."""

    SUM = "sum"
    NONE = "none"


class Basis(Enum):
    """How a metric takes stocks and uniques over several months.

    PERIOD: their value at the start or the end. MONTHLY: their sum, such as customer-months, so that the
    result is that of an average month.
    """

    PERIOD = "period"
    MONTHLY = "monthly"


ALL = "All"
NOT_ATTRIBUTED = "(not attributed)"
