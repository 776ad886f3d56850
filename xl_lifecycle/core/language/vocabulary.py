"""The words of the product, in the order people use them."""

from __future__ import annotations

from enum import Enum

LANGUAGES = ("en", "ko", "ja")
Labels = tuple[str, str, str]  # the same in each of them


class Stage(Enum):
    """A stage of the customer lifecycle."""

    ATTRACT = "Attract"
    CAPTURE = "Capture"
    NURTURE = "Nurture"
    CONVERT = "Convert"
    EXPAND = "Expand"


class Table(Enum):
    """An input table of the workbook; the stages have one each."""

    COSTS = "Costs"
    ATTRACT = "Attract"
    CAPTURE = "Capture"
    NURTURE = "Nurture"
    CONVERT = "Convert"
    EXPAND = "Expand"
    ITEMS = "Items"


class Unit(Enum):
    """What a value is counted in. PERCENT is stored as a fraction: 0.1 is 10%."""

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
    """Whether a value foretells the result (leading), reports it (lagging), or is what is put in."""

    LEADING = "leading"
    LAGGING = "lagging"
    MIXED = "mixed"
    INPUT = "input"
    UNKNOWN = "unknown"  # people did not say it of what they defined


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

    PERIOD: as they stand at the start or the end. MONTHLY: summed, as customer-months, so that the
    result is an average month.
    """

    PERIOD = "period"
    MONTHLY = "monthly"


ALL = "All"
NOT_ATTRIBUTED = "(not attributed)"

# English first: the key under which a default channel is kept, whatever language it was typed in.
CHANNELS: tuple[Labels, ...] = (
    ("Organic search", "자연 검색", "自然検索"),
    ("Paid ads", "유료 광고", "有料広告"),
    ("Social media", "소셜 미디어", "ソーシャルメディア"),
    ("Email", "이메일", "メール"),
    ("Radio & TV", "라디오·TV", "ラジオ・テレビ"),
    ("Signs", "간판", "看板"),
    ("Direct mail", "우편 광고", "ダイレクトメール"),
    ("Local print", "지역 인쇄 광고", "地域紙・雑誌広告"),
    ("Referral", "추천", "紹介"),
    ("Events & PR", "이벤트·PR", "イベント・広報"),
)

_SPECIAL = (
    (ALL, "전체", "全体"),
    (NOT_ATTRIBUTED, "(미지정)", "(不明)"),
)

_CHANNEL_NAMES = {names[0]: names for names in CHANNELS + _SPECIAL}
_CHANNEL_KEYS = {word.casefold(): names[0] for names in CHANNELS + _SPECIAL for word in names}


def channel_key(word: str) -> str:
    """The channel that a word names: a default channel in any language, else the word itself, trimmed.

    >>> channel_key(" paid ADS "), channel_key("유료 광고"), channel_key("Podcast")
    ('Paid ads', 'Paid ads', 'Podcast')
    """
    word = " ".join(word.split())
    return _CHANNEL_KEYS.get(word.casefold(), word)


def channel_name(key: str, language: str) -> str:
    """A channel's name in a language.

    >>> channel_name("Paid ads", "ja"), channel_name("Podcast", "ja")
    ('有料広告', 'Podcast')
    """
    return channel_names(key)[LANGUAGES.index(language)]


def channel_names(key: str) -> Labels:
    """A channel's name in every language.

    >>> channel_names("Podcast")
    ('Podcast', 'Podcast', 'Podcast')
    """
    return _CHANNEL_NAMES.get(key, (key, key, key))
