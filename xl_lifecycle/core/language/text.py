"""English texts, with translations in the words of other languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from unicodedata import east_asian_width

from xl_lifecycle.core.language.vocabulary import LANGUAGES, Language
from xl_lifecycle.core.language.words import words

GENERAL_SECTIONS = ("cells", "definitions", "names", "metrics", "sources")  # sections for texts that do not name one


class Label(str):
    """A name that one section of the words translates, because the same English word may mean two things.

    key: the text in that section. english: the English text to use instead, such as the name of a measure in formulas.

    >>> Label("Owner", "headers").everywhere, Label("Owner", "journey").everywhere
    (('Owner', '담당', '担当'), ('Owner', '책임자', '責任者'))
    >>> Label("Marketing spend", "measures", english="spend").everywhere
    ('spend', '마케팅 비용', 'マーケティング費用')
    """

    key: str
    section: str

    def __new__(cls, key: str, section: str = "", english: str = "") -> Label:
        label = super().__new__(cls, english or key)
        label.key, label.section = key, section
        return label

    @property
    def everywhere(self) -> tuple[str, ...]:
        """The name in every language, English first."""
        return tuple(translate(self, language) for language in LANGUAGES)


def labels(section: str, texts: Mapping[str, str]) -> dict[str, Label]:
    """Names that one section translates, by key."""
    return {key: Label(text, section) for key, text in texts.items()}


class Text(str):
    """A sentence in English, with the template and values that it is made of, for translation.

    A value that is a text or a label is translated too; any other value is the same in every language.

    >>> Text("the {what} is empty", what=Text("channel"))
    'the channel is empty'
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Text:
        if isinstance(template, Text) and not values:
            return template
        text = super().__new__(cls, _fill(template, values, "en") if values else template)
        text.template, text.values = template, values
        return text


def translate(text: str, language: Language) -> str:
    """A text in a language; a text without a translation stays as it is.

    >>> translate(Text("{label} is below 0", label=Label("Leads", "measures")), "ko")
    '리드 값이 0보다 작습니다'
    >>> translate("percent", "ja"), translate("Podcast", "ja"), translate(Label("Owner", "journey"), "ja")
    ('割合(%)', 'Podcast', '責任者')
    """
    if language == "en":
        return str(text)
    if isinstance(text, Label):
        return words(language).get(text.section, {}).get(text.key, str(text))
    if isinstance(text, Text) and text.values:
        return _fill(_general_words(language).get(text.template, text.template), text.values, language)
    return _general_words(language).get(text, str(text))


def show(value: object, language: Language) -> Any:
    """A value in a language: a text or a label is translated, anything else stays as it is.

    >>> show(Label("Leads", "measures"), "ja"), show(Text("higher"), "ko"), show("higher", "ko"), show(3, "ko")
    ('リード', '높을수록', 'higher', 3)
    """
    return translate(value, language) if isinstance(value, (Text, Label)) else value


def join(values: Iterable[object], between: str = ", ") -> Text:
    """A text of values, one after the other.

    >>> join(["a", "b"])
    'a, b'
    """
    parts = {f"part{i}": value for i, value in enumerate(values)}
    return Text(between.join(f"{{{key}}}" for key in parts), **parts)


def to_english(word: str, section: str) -> str:
    """The English text of a word in any language; any other word stays as it is.

    >>> to_english("월별 수치 표", "sources"), to_english("HubSpot deals", "sources")
    ('Table of monthly figures', 'HubSpot deals')
    """
    return _english(section).get(word, word)


@cache
def _english(section: str) -> Mapping[str, str]:
    return {word: text for language in LANGUAGES for text, word in words(language).get(section, {}).items()}


@cache
def _general_words(language: Language) -> Mapping[str, str]:
    return {text: word for section in GENERAL_SECTIONS for text, word in words(language).get(section, {}).items()}


def _fill(template: str, values: dict[str, object], language: Language) -> str:
    return template.format(**{key: show(value, language) for key, value in values.items()})


def first_few(names: Sequence[str], most: int = 12) -> str:
    """Names as a list, of which only the first are shown; the rest is counted.

    >>> first_few(["a", "b"]), first_few(["a", "b", "c"], 2)
    ('a, b', 'a, b and 1 more')
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def shorten(text: str, most: int) -> str:
    """A text cut to a number of characters.

    >>> shorten("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def printable(text: str) -> str:
    """A text in one line, with \ufffd for what a terminal would obey instead of showing it.

    >>> printable("red \\x1b[31mface\\n")
    'red \ufffd[31mface '
    """
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)


def one_line(text: str) -> str:
    """A text, and the values in it, without line breaks and what a terminal would obey; it stays translatable.

    >>> one_line(Text("{word} is not a period", word="a\\nb"))
    'a b is not a period'
    """
    if text.isprintable() or isinstance(text, Label):
        return text
    if isinstance(text, Text):
        values = {key: one_line(value) if isinstance(value, str) else value for key, value in text.values.items()}
        return Text(printable(text.template), **values)
    return printable(text)


def text_width(text: str) -> int:
    """The width of a text in Latin letters; Korean, Chinese and Japanese letters are twice as wide.

    >>> text_width("Leads"), text_width("리드")
    (5, 4)
    """
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
