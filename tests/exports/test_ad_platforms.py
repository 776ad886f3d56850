"""Exports of Meta, LinkedIn, Microsoft and Naver, with the quirks that their real files have."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.export_files import ads, total
from tests.support.sample_exports import (
    LINKEDIN,
    META_HEADER,
    META_JA,
    META_KO,
    META_ROWS,
    META_SUMMARY,
    MICROSOFT,
    NAVER,
    meta,
)
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import combine, read_cells


def test_meta_summary_currency_results_and_formula(reads) -> None:
    result = reads("meta.csv", meta())
    assert result.source == "Meta Ads campaigns"
    assert total(result, "spend") == 150.5  # the summary row is not a campaign
    assert {check.measure: check.file_total for check in result.checks} == {
        "ad_conversions": None,
        "clicks": 60,
        "impressions": 3000,
        "reach": 1500,
        "spend": 150.5,
    }
    assert result.currency == "USD"  # from the header
    assert total(result, "ad_conversions") == 12  # clicks are not conversions
    assert total(result, "reach", campaign="Brand") == 900
    assert {fact.campaign for fact in result.facts} == {"Brand", "=cmd|' /C calc'!A0"}
    assert (result.first, result.last, result.notes) == (date(2026, 7, 1), date(2026, 7, 31), ())
    assert "leads" not in result.measures


def test_meta_totals_that_differ_are_refused(reads) -> None:
    with pytest.raises(SourceError, match=r"spend adds up to 150\.50 .* own total is 151\.50"):
        reads("meta.csv", meta((META_SUMMARY.replace("150.5", "151.5"), *META_ROWS)))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_total_row_in_any_place(reads, place: int) -> None:
    rows = [*META_ROWS]
    rows.insert(place, META_SUMMARY)
    assert total(reads("meta.csv", meta(tuple(rows))), "spend") == 150.5


def test_meta_without_data_is_refused(reads) -> None:
    with pytest.raises(SourceError, match="has headers but no values"):
        reads("meta.csv", meta(("No data available.",)))


def test_meta_rows_of_more_than_a_month_are_refused(reads) -> None:
    with pytest.raises(SourceError, match=r"meta\.csv, line 2 covers 1 Jun 2026 to 31 Jul 2026: export by day"):
        reads("meta.csv", meta((META_ROWS[0].replace("2026-07-01", "2026-06-01"),)))
    with pytest.raises(SourceError, match="column 'Reporting ends'"):
        reads("meta.csv", meta((META_ROWS[0].replace("2026-07-31", "2026-06-01"),)))


def test_meta_by_day_and_by_ad_set_leave_people_out(reads) -> None:
    days = tuple(META_ROWS[0].replace("2026-07-01,2026-07-31", f"2026-07-{day},2026-07-{day}") for day in ("01", "02"))
    result = reads("meta.csv", meta(days))
    assert total(result, "spend") == 200.5
    assert "reach" not in result.measures
    result = reads("meta.csv", meta((META_ROWS[0], META_ROWS[0])))  # two ad sets of one campaign
    assert "reach" not in result.measures
    assert any("the people counted in parts of a campaign" in note for note in result.notes)


def test_meta_results_of_unknown_kind_stay_out(reads) -> None:
    result = reads("meta.csv", meta(META_ROWS, META_HEADER.replace("Result indicator", "Something")))
    assert "ad_conversions" not in result.measures
    assert any("ad_conversions left out: export the column 'Result indicator'" in note for note in result.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr", "cp949", "utf-16"])
def test_meta_in_korean(reads, encoding: str) -> None:
    result = reads("meta.csv", "\n".join(META_KO) + "\n", encoding)
    assert (total(result, "spend"), total(result, "impressions"), total(result, "clicks")) == (400000, 50000, 310)
    assert next(check for check in result.checks if check.measure == "spend").file_total == 400000
    assert {fact.campaign for fact in result.facts} == {"클래식, 코스", "팔로워"}


def test_meta_total_in_the_column_of_campaigns(reads) -> None:
    result = reads("meta.csv", "\n".join(line.partition(",")[2] for line in META_KO[:3]) + "\n합계" + META_KO[3][3:])
    assert total(result, "spend") == 400000


@pytest.mark.parametrize("encoding", ["utf-8-sig", "shift_jis", "cp932"])
def test_meta_in_japanese(reads, encoding: str) -> None:
    result = reads("meta.csv", "\n".join(META_JA) + "\n", encoding)
    assert (total(result, "spend"), total(result, "ad_conversions"), result.currency) == (1250, 5, "JPY")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_linkedin(reads, encoding: str) -> None:
    result = reads("linkedin.csv", LINKEDIN, encoding)
    assert (total(result, "spend"), total(result, "impressions"), total(result, "ad_conversions")) == (150.5, 3000, 4)
    assert (result.first, result.last) == (date(2026, 7, 1), date(2026, 7, 31))  # as the lines above say
    assert {piece.start for piece in result.pieces} == {date(2026, 7, 1), date(2026, 7, 2)}  # not 7 January
    assert all(check.agrees and check.file_total is not None for check in result.checks)
    assert "leads" not in result.measures  # those of its forms
    assert result.currency == "EUR"
    with pytest.raises(SourceError, match="mixes EUR, USD"):
        reads("linkedin.csv", LINKEDIN.replace("-\tEUR", "-\tUSD"))


def test_linkedin_by_month_and_in_one_row(reads) -> None:
    quarter = LINKEDIN.replace("July 1", "May 1")
    result = reads("linkedin.csv", quarter.replace("7/1/2026", "5/1/2026").replace("7/2/2026", "6/1/2026"))
    assert {(piece.start, piece.end) for piece in result.pieces} == {
        (date(2026, 5, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2026, 6, 30)),
    }
    with pytest.raises(SourceError, match="line 7 covers 1 May 2026 to 31 Jul 2026"):
        reads("linkedin.csv", quarter.replace("7/1/2026", "5/1/2026").replace("7/2/2026", "5/1/2026"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_microsoft(reads, encoding: str) -> None:
    result = reads("bing.csv", MICROSOFT, encoding)
    assert (total(result, "spend"), total(result, "clicks"), total(result, "ad_conversions")) == (30, 1030, 2.5)
    assert min(piece.start for piece in result.pieces) == date(2026, 3, 4)  # 3/31 shows that the month is first
    assert any("Potential Incomplete Data: true" in note for note in result.notes)
    assert result.currency == "USD"


def test_microsoft_columns_of_the_users_choice(reads) -> None:
    lines = MICROSOFT.splitlines()
    short = '"AdId","Clicks","Spend","Impressions"\n"77","3","1.50","100"\n"78","2","0.50","50"\n"@2026 Microsoft Corporation. All rights reserved. "'
    result = reads("bing.csv", "\n".join([*lines[:9], short]))
    assert (total(result, "spend"), result.first, result.last) == (2, date(2026, 3, 1), date(2026, 3, 31))
    with pytest.raises(SourceError, match=r"no known format|nearest is"):
        reads("bing.csv", '"AdId","Clicks","Spend","Impressions"\n"77","3","1.50","100"\n')  # could be anybody's


def test_microsoft_rows_that_are_missing_are_noticed(reads) -> None:
    with pytest.raises(SourceError, match=r"says 'Rows: 2' but has 1: it is incomplete"):
        reads("bing.csv", MICROSOFT.replace('"3/31/2026","Brand","10","4.50","500","2.00%","--","USD"\n', ""))


def test_a_teams_own_table_is_not_taken_for_microsofts(reads) -> None:
    result = reads("t.csv", "Month,Campaign,Spend,Impressions\n2026-03,Brand,5,10\n")
    assert result.source == "Table of monthly figures"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
@pytest.mark.parametrize("cost", ['"총비용(VAT포함,원)"', "총비용"])
def test_naver(reads, encoding: str, cost: str) -> None:
    result = reads("naver.csv", NAVER.replace('"총비용(VAT포함,원)"', cost), encoding)
    assert (total(result, "spend"), total(result, "impressions"), total(result, "ad_conversions")) == (3112, 1197, 1)
    assert (result.first, result.last, result.currency) == (date(2026, 5, 1), date(2026, 5, 31), "KRW")
    assert not result.items  # the rank of an ad is not the site's
    assert total(reads("naver.csv", NAVER + "합계,,,1197,5,3112,,1,\n"), "spend") == 3112


def test_platforms_add_up(reads) -> None:
    euros = meta().replace("USD", "EUR")
    result = combine([reads("ads.csv", ads()), reads("meta.csv", euros), reads("linkedin.csv", LINKEDIN)])
    assert sum(fact.value for fact in result.facts if fact.measure == "spend") == 150.5 * 3
    with pytest.raises(SourceError, match=r"in EUR and .* in USD"):
        combine([reads("ads.csv", ads()), reads("meta.csv", meta())])


def test_a_pasted_export_is_read_as_well() -> None:
    rows = [line.split("\t") for line in LINKEDIN.splitlines()]
    assert read_cells("Import", rows).currency == "EUR"


@pytest.mark.parametrize(
    "header", ["Kampagne,Impressionen,Kosten,Klicks", "Campagne,Impressions,Coût,Clics", "Кампания,Показы,Расход,Клики"]
)
def test_headers_in_a_language_that_we_do_not_know(reads, header: str) -> None:
    with pytest.raises(SourceError, match=r"no known format has the headers|nearest is") as error:
        reads("ads.csv", f"{header}\nBrand,1,2,3\n")
    assert header.split(",")[0] in str(error.value)
