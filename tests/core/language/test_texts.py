"""Texts in every language: missing translations are listed, none is stale, all have the same placeholders."""

from __future__ import annotations

import copy
import re
import unicodedata

import pytest

from tools.missing_words import COMPOSED, PAGE, declared, in_code, page, without_places
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.text import GENERAL_SECTIONS, Label, Text, join, translate
from xl_lifecycle.core.language.vocabulary import LANGUAGES, Language
from xl_lifecycle.core.language.words import words

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
SENTENCE = re.compile(r"[a-z]+ [a-z]+ [a-z]+")
# These are not texts: words by measure, values of a setting, and what another test covers.
NO_TEXTS = {"counters", "defaults", "sample"}


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> Language:
    code: Language = request.param
    return code


def texts(language: Language) -> dict[str, str]:
    """The texts of functions and refreshes, with their translations."""
    return {text: word for section in GENERAL_SECTIONS for text, word in words(language)[section].items()}


def test_what_is_missing_is_listed() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: uv run python -m tools.missing_words > workbook/MISSING_WORDS.md"


def test_no_text_is_put_together_where_it_cannot_be_translated() -> None:
    assert len(in_code()[0]) > 200
    assert in_code()[1] == []


def test_no_translation_is_stale(language: Language) -> None:
    entries = [*FUNCTIONS.catalogue.measures.values(), *FUNCTIONS.catalogue.metrics.values()]
    used = {section: {*texts_of_section} for section, texts_of_section in declared().items()}
    used["cells"] |= {entry.source for entry in entries} | COMPOSED
    stale = {
        section: words_of_section.keys() - used.get(section, set())
        for section, words_of_section in words(language).items()
    }
    assert {
        section: texts_of_section
        for section, texts_of_section in stale.items()
        if texts_of_section and section not in NO_TEXTS
    } == {}


def test_nothing_is_said_in_two_places(language: Language) -> None:
    sections = [words(language)[section].keys() for section in (*GENERAL_SECTIONS, "sheets")]
    assert sum(map(len, sections)) == len({text for section in sections for text in section})


def test_a_translation_has_the_same_places(language: Language) -> None:
    """The month of a day is a name or a number; places without a name may come in another order."""
    for text, word in texts(language).items():
        places, others = (
            [place.partition(":")[0] for place in re.findall(r"\{(.*?)\}", each)] for each in (text, word)
        )
        if text != "{day} {name} {year}":
            assert len(places) == len(others) if "" in places else {*places} == {*others}, text


def test_what_is_typed_is_kept(language: Language) -> None:
    pattern = re.compile(r"#[A-Z0]+/?[A0]?[!?]?|(?<![A-Za-z])[A-Z][A-Z0-9_]{2,}(?=\()|Targets\[#All\]|\d[\d.-]*\d")
    lost = {
        text: [each for each in pattern.findall(text) if each not in word] for text, word in texts(language).items()
    }
    assert {text: each for text, each in lost.items() if each} == {}


def test_translations_are_in_their_script(language: Language) -> None:
    """A sentence of more than one word, at least; names and abbreviations may be the same in each language."""
    script = {"ko": "HANGUL", "ja": "HIRAGANA|KATAKANA|CJK"}
    other = script[next(each for each in TRANSLATED if each != language)]
    for text, word in (
        (text, word) for words_of_section in words(language).values() for text, word in words_of_section.items()
    ):
        names = " ".join(unicodedata.name(letter, "") for letter in word)
        assert re.search(script[language], names) or not SENTENCE.search(without_places(text)), text
        assert not re.search(other, names), text


def test_no_translation_is_empty_or_has_stray_space(language: Language) -> None:
    for section, words_of_section in words(language).items():
        for text, word in words_of_section.items():
            assert word.strip(), text
            assert section in ("guides", "answers", "formats") or text[-1] == " " or " ".join(word.split()) == word, (
                text
            )


def test_a_text_that_no_language_knows_is_english(language: Language) -> None:
    assert translate("Ours alone", language) == translate(Label("Ours alone", "measures"), language) == "Ours alone"
    assert Label("Ours alone", "metrics").everywhere == ("Ours alone",) * len(LANGUAGES)


def test_a_text_remembers_what_it_is_made_of() -> None:
    leads = Label("Leads", "measures")
    text = Text("{label} is below 0", label=leads)
    assert (text, translate(text, "en"), translate(text, "ko"), translate(text, "ja")) == (
        "Leads is below 0", "Leads is below 0", "리드 값이 0보다 작습니다", "リードが0未満です",
    )  # fmt: skip
    outer = Text("{table} row {row}: {why}", table="Costs", row=3, why=text)
    assert translate(outer, "ko") == "Costs 표 3행: 리드 값이 0보다 작습니다"
    assert translate(join([leads, "Podcast", 3]), "ja") == "リード, Podcast, 3"
    assert type(translate(text, "en")) is str  # for hosts that look closely
    assert copy.deepcopy(outer).values == outer.values
    assert Text("{not a place}") == "{not a place}"
    refusal = Refusal(ExcelError.NA, text)
    assert (refusal.reason, str(refusal)) == (text, text)
