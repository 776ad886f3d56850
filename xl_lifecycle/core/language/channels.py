"""The channels of a new workbook, stored by their English name in whatever language they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from xl_lifecycle.core.language.text import Label, translate
from xl_lifecycle.core.language.vocabulary import ALL, NOT_ATTRIBUTED, Language

CHANNELS = (
    "Organic search",
    "Paid ads",
    "Social media",
    "Email",
    "Radio & TV",
    "Signs",
    "Direct mail",
    "Local print",
    "Referral",
    "Events & PR",
)


def channel_key(word: str) -> str:
    """The channel that a word names: a default channel in any language, else the word itself, trimmed.

    >>> channel_key(" paid ADS "), channel_key("유료 광고"), channel_key("Podcast")
    ('Paid ads', 'Paid ads', 'Podcast')
    """
    word = " ".join(word.split())
    return _keys().get(word.casefold(), word)


def channel_label(key: str) -> Label:
    """A channel's name; a channel that users added has the same name in every language.

    >>> channel_label("Paid ads").everywhere, channel_label("Podcast").everywhere
    (('Paid ads', '유료 광고', '有料広告'), ('Podcast', 'Podcast', 'Podcast'))
    """
    return Label(key, "channels")


def channel_name(key: str, language: Language) -> str:
    """A channel's name in a language.

    >>> channel_name("Paid ads", "ja"), channel_name("Podcast", "ja")
    ('有料広告', 'Podcast')
    """
    return translate(channel_label(key), language)


@cache
def _keys() -> Mapping[str, str]:
    known = (*CHANNELS, ALL, NOT_ATTRIBUTED)
    return {word.casefold(): key for key in known for word in channel_label(key).everywhere}
