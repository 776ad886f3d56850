"""The words on the sheets, explained on Start: each of them, as the functions say it, with the limits of their judges."""

from __future__ import annotations

import pytest

from xl_lifecycle.content.content import empty
from xl_lifecycle.core.analysis import projection, scorecard
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.catalogue.custom_metrics import TABLE
from xl_lifecycle.core.cells.addresses import address
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import LANGUAGES, Timing
from xl_lifecycle.template.planner import Draft
from xl_lifecycle.template.sheets import legend
from xl_lifecycle.template.sheets.settings import settings
from xl_lifecycle.template.sheets.start import start


@pytest.fixture(scope="module", params=LANGUAGES)
def draft(request: pytest.FixtureRequest) -> Draft:
    return Draft(empty(["Email"], range(2026 * 12, 2026 * 12 + 3), Settings(language=request.param)), collect())


def test_every_word_of_a_scorecard_and_a_target_is_explained_once() -> None:
    told = [word for lines in legend.COLUMNS.values() for line in lines for word in line.words]
    people_said_nothing = Timing.UNKNOWN
    for words in (scorecard.Word, projection.Status, Timing):
        assert [word for word in words if told.count(word) != 1 and word is not people_said_nothing] == []


def test_the_words_stand_on_start_as_the_functions_say_them(draft: Draft) -> None:
    shown = {str(value) for value in start(draft).values().values()}
    status = (projection.Status.REACHED, projection.Status.NEAR, projection.Status.BEHIND)
    assert ", ".join(draft.word(word.value) for word in status) in shown
    assert {draft.function_text(Timing.LAGGING.value), draft.word("Signal"), "+1"} <= shown


def test_the_limits_are_those_of_the_judge(draft: Draft) -> None:
    """A goal of 100 and leads around the limit: the word changes where the legend says so."""
    meaning = next(line for line in legend.COLUMNS["Status"] if projection.Status.NEAR in line.words)
    data = FUNCTIONS.call("DATASET", [[["Month", "Channel", "Leads"], ["2026-01", "Email", 100 * meaning.limit]]])
    for goal, word in ((100, projection.Status.NEAR), (100.1, projection.Status.BEHIND)):
        targets = [["Metric", "Channel", "Period", "Target"], ["leads", "All", "2026-01", goal]]
        row = FUNCTIONS.call("SCORECARD", ["leads", "All", "2026-01", data, targets])
        assert isinstance(row, list)
        assert row[0][scorecard.COLUMNS.index("status")] == word.value
    assert f"{meaning.limit:.0%}" in " ".join(str(value) for value in start(draft).values().values())


def test_a_link_leads_to_the_table_of_metrics_of_your_own(draft: Draft) -> None:
    table = next(table for table in settings(draft).tables if table.name == TABLE)
    links = [cell.link for cell in start(draft).cells if cell.link]
    assert sum(link.endswith(f"!{address((table.row, table.column))}") for link in links) == 1
