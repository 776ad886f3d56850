"""Guesses which measure, or which other role of a declaration, a column most likely has."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from xl_lifecycle.core.language.vocabulary import InputTable, Unit
from xl_lifecycle.core.metrics.measures import MEASURES
from xl_lifecycle.exports.declaration import CAMPAIGN_WORDS, CHANNEL_WORDS, formats
from xl_lifecycle.exports.facts import MEASURE
from xl_lifecycle.sources.mapping.columns import FileColumn, Look

GOOD, POSSIBLE = 0.8, 0.55  # how similar words must be
DAY, MONTH, START, END, CHANNEL, CAMPAIGN, CURRENCY = "day", "month", "start", "end", "channel", "campaign", "currency"
# Ratios are computed from their parts, never copied.
RATIO = re.compile(
    r"\b(avg|average|rate|ratio|share|ctr|cpc|cpm|cpa|cpl|cpv|cvr|roas|roi|per|mean|median)\b|/|%"
    r"|率|율|률|평균|平均|単価|단가|당 비용|당비용",
    re.IGNORECASE,
)
WORDS = {
    CHANNEL: (
        *CHANNEL_WORDS,
        "kanal",
        "canal",
        "source",
        "medium",
        "platform",
        "소스",
        "매체",
        "ソース",
        "メディア",
        "媒体",
    ),
    CAMPAIGN: (*CAMPAIGN_WORDS, "campaign name", "campaña", "campagne", "kampagne", "캠페인 이름", "キャンペーン名"),
    CURRENCY: ("currency", "currency code", "통화", "通貨"),
    START: ("start", "start date", "from", "시작일", "開始日"),
    END: ("end", "end date", "to", "until", "종료일", "終了日"),
}


# Common words that no known export has as a header.
ALSO = {
    "spend": (
        "amount spent",
        "ad cost",
        "media cost",
        "kosten",
        "coste",
        "coût",
        "gasto",
        "광고비",
        "광고 비용",
        "広告費",
    ),
    "sessions": ("visits", "sitzungen", "sesiones", "방문수", "방문 수", "訪問数"),
    "visitors": ("unique visitors", "nutzer", "usuarios", "방문자수", "방문자 수", "訪問者数"),
    "sales_revenue": ("revenue", "turnover", "umsatz", "ingresos", "매출", "매출액", "売上", "売上高"),
    "sales": ("orders", "purchases", "bestellungen", "pedidos", "commandes", "주문수", "주문 수", "注文数", "購入数"),
    "clicks": ("klicks", "clics"),
    "impressions": ("impressionen", "impresiones"),
}


@dataclass(frozen=True)
class Guess:
    """What a column may be: a measure or another role, how similar the words are, and our word."""

    role: str
    alike: float
    word: str

    @property
    def good(self) -> bool:
        return self.alike >= GOOD


def measures_like(column: FileColumn) -> list[Guess]:
    """The measures with the most similar names to a column's header, the best first; none if it has no numbers."""
    if column.look not in (Look.NUMBER, Look.CURRENCY) or RATIO.search(column.header):
        return []
    best: dict[str, Guess] = {}
    for word, measure in _measure_words():
        candidate = Guess(measure, _alike(column.header, word), word)
        unlike = column.look is Look.CURRENCY and MEASURE[measure].unit is not Unit.CURRENCY
        if (column.negative and not MEASURE[measure].negative) or unlike:
            candidate = Guess(measure, min(candidate.alike, GOOD - 0.01), word)
        if candidate.alike >= POSSIBLE and candidate.alike > best.get(measure, Guess("", 0, "")).alike:
            best[measure] = candidate
    return sorted(best.values(), key=lambda guess: (-guess.alike, guess.role))[:3]


def role_like(column: FileColumn) -> Guess | None:
    """The role that a column of dates or words may have: a date, channel, campaign or currency."""
    if column.look is Look.MONTH:
        return Guess(MONTH, 1, column.header)
    if column.look is Look.DAY:
        near = _nearest(column.header, (START, END))
        return near if near and near.good else Guess(DAY, 1, column.header)
    if column.look is Look.TEXT:
        return _nearest(column.header, (CHANNEL, CAMPAIGN, CURRENCY))
    return None


def _nearest(header: str, roles: Sequence[str]) -> Guess | None:
    guesses = [Guess(role, _alike(header, word), word) for role in roles for word in WORDS[role]]
    best = max(guesses, key=lambda guess: guess.alike)
    return best if best.alike >= POSSIBLE else None


@cache
def _measure_words() -> tuple[tuple[str, str], ...]:
    """Words for measures: their names in every language, and their headers in known exports."""
    recorded = [measure for measure in MEASURES if measure.table is not InputTable.ITEMS]
    words = {
        (word, m.name)
        for m in recorded
        for word in (m.name.replace("_", " "), *m.label.everywhere, *ALSO.get(m.name, ()))
    }
    for declaration in formats():
        if declaration.shape == "aggregate":
            words |= {
                (header, measure)
                for measure, roles in declaration.measures.items()
                for role in roles
                for header in declaration.columns.get(role, ())
                if measure not in declaration.where and not header.startswith("/")
            }
    return tuple(sorted(words))


def _alike(header: str, word: str) -> float:
    """How similar two names are, from 0 to 1: the same, one within the other, or by their letters.

    >>> _alike("Clicks", "clicks"), _alike("Ad clicks", "Clicks"), _alike("Klicks", "Clicks") > 0.8
    (1.0, 0.85, True)
    """
    a, b = _simple(header), _simple(word)
    if a == b:
        return 1.0
    if b and (f" {b} " in f" {a} "):
        return 0.85
    return difflib.SequenceMatcher(None, a, b).ratio() * 0.98


def _simple(name: str) -> str:
    """A name in lower case, without text in brackets and punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"\([^)]*\)", " ", name)).split()).casefold()
