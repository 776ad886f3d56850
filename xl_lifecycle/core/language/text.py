"""Texts that are English, and can be said in Korean and Japanese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from xl_lifecycle.core.language.translations import NAMES
from xl_lifecycle.core.language.vocabulary import LANGUAGES, Labels


class Text(str):
    """A sentence made of a template and values; it is the English one, and remembers what it is made of.

    A value may be a text itself, or labels in all languages; any other is shown as it is, in every language.

    >>> Text("the {what} is empty", what=Text("channel"))
    'the channel is empty'
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Text:
        if isinstance(template, Text) and not values:
            return template
        text = super().__new__(cls, _filled(template, values, "en") if values else template)
        text.template, text.values = template, values
        return text


def said(text: str, language: str) -> str:
    """A text in a language; one without a translation stays as it is.

    >>> said(Text("{label} is below 0", label=("Leads", "리드", "リード")), "ko")
    '리드 값이 0보다 작습니다'
    >>> said("percent", "ja"), said("Podcast", "ja")
    ('割合(%)', 'Podcast')
    """
    if language == "en":
        return str(text)
    if isinstance(text, Text) and text.values:
        return _filled(_word(text.template, language), text.values, language)
    return _word(text, language)


def joined(values: Iterable[object], between: str = ", ") -> Text:
    """Values of a text one after the other.

    >>> joined(["a", "b"])
    'a, b'
    """
    named = {f"part{i}": value for i, value in enumerate(values)}
    return Text(between.join(f"{{{key}}}" for key in named), **named)


def words_of(text: str) -> Labels:
    """A text in all languages, English first.

    >>> words_of("higher")
    ('higher', '높을수록', '高いほど')
    """
    english, korean, japanese = (said(text, language) for language in LANGUAGES)
    return english, korean, japanese


def _filled(template: str, values: dict[str, object], language: str) -> str:
    return template.format(**{key: shown(value, language) for key, value in values.items()})


def shown(value: object, language: str) -> Any:
    """A value in a language: a text said in it, of labels the one in it, anything else as it is.

    >>> shown(("Leads", "리드", "リード"), "ja"), shown(Text("higher"), "ko"), shown("higher", "ko"), shown(3, "ko")
    ('リード', '높을수록', 'higher', 3)
    """
    if isinstance(value, tuple):
        return value[LANGUAGES.index(language)]
    return said(value, language) if isinstance(value, Text) else value


def _word(text: str, language: str) -> str:
    if text in NAMES:
        return NAMES[text][LANGUAGES.index(language) - 1]
    return words(language).get(text, str(text))


@cache
def words(language: str) -> Mapping[str, str]:
    """What is said in a language, by the English text; nothing where the language did not travel with the code."""
    if language == "en":
        return {}
    try:
        found: Mapping[str, str] = import_module(f"xl_lifecycle.core.language.words.{language}").WORDS
    except ModuleNotFoundError:
        return {}
    return found
