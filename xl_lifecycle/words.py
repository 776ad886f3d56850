"""What functions and the workbook say in Korean and Japanese, by the English text."""

from __future__ import annotations

from collections.abc import Mapping

from xl_lifecycle.vocabulary import LANGUAGES

WORDS: Mapping[str, tuple[str, str]] = {
    # Units and directions
    "currency": ("금액", "金額"),
    "count": ("건수", "件数"),
    "percent": ("백분율", "割合(%)"),
    "ratio": ("비율", "比率"),
    "points": ("포인트", "ポイント"),
    "score": ("점수", "スコア"),
    "seconds": ("초", "秒"),
    "hours": ("시간", "時間"),
    "rank": ("순위", "順位"),
    "index": ("지수", "指数"),
    "higher": ("높을수록", "高いほど"),
    "lower": ("낮을수록", "低いほど"),
    "neither": ("해당 없음", "どちらでもない"),
}


def say(text: str, language: str) -> str:
    """A text in a language; one without a translation stays as it is.

    >>> say("percent", "ko"), say("percent", "en")
    ('백분율', 'percent')
    """
    return WORDS[text][LANGUAGES.index(language) - 1] if language != "en" and text in WORDS else text


def words_of(text: str) -> tuple[str, ...]:
    """A text in all languages, English first.

    >>> words_of("higher")
    ('higher', '높을수록', '高いほど')
    """
    return (text, *WORDS.get(text, ()))
