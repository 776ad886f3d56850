from __future__ import annotations

import pytest

from tests.support.export_files import GA4_HEADER, GA4_ROWS, ga4, total
from xl_lifecycle.core.cells.errors import SourceError


def test_channels_and_measures(reads) -> None:
    result = reads("ga4.csv", ga4())
    assert result.source == "Google Analytics 4 traffic acquisition"
    assert total(result, "visitors", channel="Paid ads") == 60  # Paid Search and Display
    assert total(result, "visitors", channel="(not attributed)") == 70  # Direct
    assert (total(result, "sessions"), total(result, "engaged_sessions"), total(result, "page_views")) == (
        292,
        151,
        593,
    )
    assert result.measures == (
        "engaged_sessions",
        "page_views",
        "sessions",
        "visitors",
    )  # conversions are not leads


@pytest.mark.parametrize(
    ("channel", "users"),
    [
        ("Session primary channel group (Default Channel Group)", "Total users"),
        ("Session primary channel group (Our Own Groups)", "Active users"),
        ("Session Our Own Groups (Custom)", "Users"),
    ],
)
def test_newer_and_custom_headers(reads, channel: str, users: str) -> None:
    header = f"{channel},{users},Sessions,Engaged sessions,Key events,Session key event rate"
    result = reads("ga4.csv", ga4(header=header, rows=("Podcast,5,6,3,1,0.16", "(other),1,1,1,0,0")))
    assert total(result, "visitors", channel="Podcast") == 5
    assert total(result, "visitors", channel="(not attributed)") == 1


def test_commas_that_excel_adds(reads) -> None:
    text = "\n".join(line + "," * (8 - line.count(",")) for line in ga4().splitlines())
    assert total(reads("ga4.csv", text), "sessions") == 292


def test_table_by_day_is_the_total(reads) -> None:
    result = reads("ga4.csv", ga4(first="Nth day,Sessions,Users\n0000,200,180\n0001,92,90"))
    assert {check.measure: check.file_total for check in result.checks} == {
        "engaged_sessions": None,
        "page_views": None,
        "sessions": 292,
        "visitors": None,
    }
    with pytest.raises(SourceError, match=r"sessions adds up to 292\.00 .* total is 291\.00"):
        reads("ga4.csv", ga4(first="Nth day,Sessions\n0000,200\n0001,91"))


def test_second_segment_is_not_added(reads) -> None:
    text = (
        ga4() + "\n# Mobile traffic\n# Start date: 20260701\n# End date: 20260731\n" + GA4_HEADER + "\n" + GA4_ROWS[0]
    )
    result = reads("ga4.csv", text)
    assert total(result, "sessions") == 292
    assert "only the first is read" in result.notes[0]


def test_exploration_with_dates_and_grand_total(reads) -> None:
    text = (
        "# ----\n# Free form\n# ----\nDate,Session default channel group,Sessions,Total users,\n,,30,20,Grand total\n"
        "20260701,Email,10,9,\n20260702,Email,20,19,\n"
    )
    result = reads("ga4.csv", text)
    assert total(result, "sessions", channel="Email") == 30
    assert result.checks[0].file_total == 30
    assert "visitors" not in result.measures  # those of single days do not add up
    assert any("visitors left out" in note for note in result.notes)
    with pytest.raises(SourceError, match="own total is 31"):
        reads("ga4.csv", text.replace(",,30,", ",,31,"))


def test_grand_total_of_people_may_be_less_than_its_rows(reads) -> None:
    header = "Session default channel group,Sessions,Total users,"
    result = reads("ga4.csv", ga4(header=header, rows=(",30,25,Grand total", "Email,10,9,", "Direct,20,19,")))
    assert total(result, "visitors") == 28
    with pytest.raises(SourceError, match="visitors adds up to 28"):
        reads("ga4.csv", ga4(header=header, rows=(",30,29,Grand total", "Email,10,9,", "Direct,20,19,")))


def test_bare_month_takes_its_year_from_the_range(reads) -> None:
    header = "Month,Session default channel group,Sessions,Users"
    result = reads("ga4.csv", ga4("20251115", "20260131", header, ("11,Email,1,1", "12,Email,2,2", "01,Email,4,3")))
    assert {fact.month: fact.value for fact in result.facts if fact.measure == "sessions"} == {
        24310: 1,
        24311: 2,
        24312: 4,
    }
    assert result.notes == ("partial month 2025-11: covers 15 to 30 Nov 2025",)


def test_several_months_without_dates_are_refused(reads) -> None:
    with pytest.raises(SourceError, match="without dates in its rows"):
        reads("ga4.csv", ga4("20260601", "20260731"))


def test_german_headers(reads) -> None:
    header = "Standard-Channelgruppe der Sitzung,Nutzer,Sitzungen,Sitzungen mit Interaktionen"
    text = ga4(header=header, rows=("Email,5,6,3",)).replace("Start date", "Startdatum").replace("End date", "Enddatum")
    assert total(reads("ga4.csv", text), "sessions") == 6
