"""Every question on every kind of data has a sentence in every language, without words of the code."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.answer_books import CATALOGUE, FUNNEL, START, Asked, Months, asked
from xl_lifecycle.core.answers.answer import ANSWERS
from xl_lifecycle.core.answers.phrases import PHRASES
from xl_lifecycle.core.answers.questions import GROUPS, QUESTIONS
from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.language.vocabulary import LANGUAGES, InputTable, Language
from xl_lifecycle.core.language.words import words

KINDS = {  # of items, with the measures that answers look at
    "asset": ("content_views", "downloads"), "CTA": ("cta_views", "cta_clicks"),
    "program": ("program_entrants", "program_qualified"), "customer program": ("program_revenue", "program_cost"),
    "loyalty program": ("loyalty_revenue", "loyalty_members"), "term": ("search_index",),
}  # fmt: skip
ALL_MEASURES: dict[str, Months] = FUNNEL | {
    measure.name: 40.0 + i
    for i, measure in enumerate(CATALOGUE.measures.values())
    if measure.name not in FUNNEL and measure.table is not InputTable.ITEMS
}
# What is written the same in Korean and Japanese: abbreviations, and what the data name.
KEPT = {"CAC", "CPL", "LTV", "ROI", "ROAS", "SQL", "MQL", "CTA", "CTR", "LP", "EXPLAIN", "Items", "Podcast", "Channel",
        "Brand", "Generic", "One", "Two", "A", "B", "Web"}  # fmt: skip


def items(months: int) -> list[list[Scalar]]:
    return [
        [month_text(START + i), kind, name, None, CATALOGUE.measures[measure].title, 30.0 * n + 10 * k]
        for i in range(months)
        for kind, measures in KINDS.items()
        for n, name in enumerate(("One", "Two"), 1)
        for k, measure in enumerate(measures)
    ]


def zero(language: str) -> Asked:
    nothing: dict[str, Months] = dict.fromkeys(ALL_MEASURES, 0.0)
    return asked({"Email": nothing, "Organic search": nothing, "Social media": nothing}, 2, language)


SCENES: dict[str, tuple[Callable[[str], Asked], tuple[str, ...]]] = {
    "empty": (lambda language: asked({}, language=language), ("All", "Email")),
    "one channel": (lambda language: asked({"Podcast": ALL_MEASURES}, 7, language, items(7)), ("All", "Podcast")),
    "forty channels": (
        lambda language: asked({f"Channel {n}": FUNNEL | {"leads": 5 + 7 * n} for n in range(40)}, 2, language, items(2)),
        ("All", "Channel 3", "Channel 39"),
    ),
    "thirty-six months": (
        lambda language: asked(
            {name: ALL_MEASURES | {"leads": [30.0 + i % 12 for i in range(36)]} for name in ("Organic search", "Social media")},
            36, language, items(36),
        ),
        ("All", "Organic search"),
    ),
    "campaigns": (
        lambda language: asked(
            {"Paid ads/Brand": FUNNEL, "Paid ads/Generic": FUNNEL | {"won_deals": 50}, "Email": FUNNEL}, 3, language
        ),
        ("All", "Paid ads", "Paid ads/Brand"),
    ),
    "nothing but zeros": (zero, ("All", "Email")),
    "half of the months": (
        lambda language: asked(
            {"Email": FUNNEL | {"new_customers": [25, 25, None, None], "spend": [None, 500, 500, None]}}, 4, language
        ),
        ("All", "Email"),
    ),
    "leads alone": (lambda language: asked({"Email": {"leads": 3}, "Signs": {"leads": 1}}, 2, language), ("All", "Signs")),
    "losses": (
        lambda language: asked(
            {"Email": FUNNEL | {"new_revenue": -500, "sales_revenue": -900, "customers_end": 140}}, 7, language
        ),
        ("All", "Email"),
    ),
}  # fmt: skip
PERIODS = ("all", "2026-01", "last 3 months", "YTD", 2026, "2031-Q1")


@cache
def scene(name: str, language: str) -> Asked:
    return SCENES[name][0](language)


def answers(book: Asked, channel: str, period: Scalar) -> dict[str, str]:
    """The answer to every question, and the months that they compare."""
    ids = [[question] for question in ANSWERS]
    rows = book.functions.call("ANSWER", [ids, channel, period, book.data, book.targets])
    assert isinstance(rows, list)
    return {question: row[0] for question, row in zip(ANSWERS, rows, strict=True)}  # type: ignore[misc]


def is_a_sentence(text: object, language: str) -> bool:
    end = "。" if language == "ja" else "."
    return (
        isinstance(text, str)
        and text.endswith(end)
        and not text.startswith((" ", end))
        and not re.search(r"None|\bnan\b|\binf\b|[{}]|\(\)|（）|  |#|\.\.|。。|[:：] ?[.。]", text)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCENES)
def test_every_question_has_a_sentence_in_its_language(name: str, language: str) -> None:
    book = scene(name, language)
    for channel in SCENES[name][1]:
        for period in PERIODS:
            for question, text in answers(book, channel, period).items():
                assert is_a_sentence(text, language), (question, channel, period, text)
                if language != "en":
                    words = set(re.findall(r"[A-Za-z]+", text))
                    assert words <= KEPT, (question, words - KEPT, text)


@pytest.mark.parametrize("name", SCENES)
def test_every_row_of_what_if_is_a_figure_a_text_or_an_error(name: str) -> None:
    book = scene(name, "en")
    for channel in SCENES[name][1]:
        for period in PERIODS:
            rows = book.what_if(channel, period)
            assert [len(row) for row in rows] == [9] * 8, (channel, period)
            assert all(isinstance(row[0], str) and isinstance(row[3], str) for row in rows)


def test_the_answers_are_those_of_the_sources() -> None:
    numbers = {
        worksheet: sum(name.startswith(f"{worksheet}.") for name in QUESTIONS)
        for worksheet in ("X02", "X03", "X04", "X05")
    }
    assert numbers == {"X02": 8, "X03": 6, "X04": 3, "X05": 19}
    assert set(ANSWERS) == {*QUESTIONS, "MONTHS"}
    assert {question.group for question in QUESTIONS.values()} == set(GROUPS)
    assert all(len({*question.text.everywhere}) == len(LANGUAGES) for question in QUESTIONS.values())


@pytest.mark.parametrize("key", PHRASES)
def test_a_phrase_says_the_same_in_every_language(key: str) -> None:
    fields = [{*re.findall(r"{(\w+)}", text)} - {"counter"} for text in PHRASES[key].everywhere]
    assert all(each == fields[0] for each in fields)


def test_every_phrase_is_used() -> None:
    from pathlib import Path

    from xl_lifecycle.core import answers
    from xl_lifecycle.template.sheets import questions_sheet

    files = [*Path(answers.__path__[0]).glob("*.py"), Path(questions_sheet.__file__)]
    code = "".join(path.read_text("utf-8") for path in files if path.stem != "phrases")
    assert [key for key in PHRASES if f'"{key}"' not in code and not key.startswith("cost_")] == []


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_counters_are_of_measures(language: Language) -> None:
    counters = words(language)["counters"].keys()
    assert counters - {"other"} <= {*CATALOGUE.measures, *CATALOGUE.metrics}


numbers = st.one_of(st.none(), st.integers(0, 300), st.floats(0, 1e9), st.sampled_from([0, 0.0, 1, 1e15]))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), language=st.sampled_from(LANGUAGES), months=st.integers(1, 8))
def test_any_figures_give_sentences(data: st.DataObject, language: str, months: int) -> None:
    channels = ["Organic search", "Social media", "Paid ads/Brand", "Podcast"][: data.draw(st.integers(1, 4))]
    recorded = data.draw(st.lists(st.sampled_from(sorted(ALL_MEASURES)), min_size=1, max_size=12, unique=True))
    figures = {
        channel: {name: data.draw(st.lists(numbers, min_size=months, max_size=months)) for name in recorded}
        for channel in channels
    }
    book = asked(figures, months, language, targets=[["CAC", "All", "all", 10], ["leads", "All", "all", 0]])
    known = any(cell is not None for cells in figures.get("Podcast", {}).values() for cell in cells)
    channel = "Podcast" if known else "All"
    for place in dict.fromkeys(("All", channel)):
        for period in ("all", "2026-01"):
            for question, text in answers(book, place, period).items():
                assert is_a_sentence(text, language), (question, text)
            assert len(book.what_if(place, period)) == 8
