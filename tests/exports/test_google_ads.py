from __future__ import annotations

import csv
import math
from datetime import date

import pytest

from tests.support.export_files import ADS_HEADER, ADS_ROWS, ADS_TOTALS, ads, total
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import combine


def test_rows_count_and_totals_do_not(reads) -> None:
    result = reads("ads.csv", ads())
    assert total(result, "spend") == 150.5  # a blind sum is 4.2 times as much
    assert total(result, "impressions") == 13345
    assert total(result, "clicks") == 1050
    assert total(result, "ad_conversions") == 10.25
    assert result.source == "Google Ads campaign report"
    assert result.measures == ("ad_conversions", "clicks", "impressions", "spend")
    assert (result.first, result.last) == (date(2026, 7, 1), date(2026, 7, 31))
    assert {fact.channel for fact in result.facts} == {"Paid ads"}
    assert {fact.campaign for fact in result.facts} == {"Brand", "=Generic, EU"}
    check = next(check for check in result.checks if check.measure == "spend")
    assert (check.rows_total, check.file_total, check.agrees) == (150.5, 150.5, True)
    assert result.currency == "EUR"
    assert result.notes == ()


# As a published report is: its rows make "Total: Campaigns"; the account's total holds removed campaigns too.
PUBLISHED = """Campaign report
"July 1, 2026 - July 31, 2026"
Campaign status,Campaign,Campaign type,Impr.,Currency code,Cost,Conversions,Cost / conv.
Enabled,Brand,Search,"900,000",USD,172095.46,"16,000.32",10.75
Enabled,Banners,Display,"100,000",USD,27325.69,"2,703.00",10.10
Total: Campaigns, --, --,"1,000,000",USD,199421.15,"18,703.32",10.65
Total: Account, --, --,"1,000,500",USD,199547.59,"18,703.32",10.65
Total: Search, --, --,"900,400",USD,172221.89,"16,000.32",10.75
Total: Display, --, --,"100,100",USD,27325.70,"2,703.00",10.10
"""


def test_a_blind_sum_of_the_column_would_be_four_times_the_truth(reads) -> None:
    column = [float(row[-3]) for row in csv.reader(PUBLISHED.splitlines()[3:])]
    assert math.fsum(column) == pytest.approx(797_937.48)
    result = reads("ads.csv", PUBLISHED)
    spend, conversions = total(result, "spend"), total(result, "ad_conversions")
    assert spend == pytest.approx(199_421.15, abs=1e-9)
    assert math.fsum(column) / spend == pytest.approx(4.00, abs=0.005)
    check = next(check for check in result.checks if check.measure == "spend")
    assert (check.rows_total, check.file_total) == (pytest.approx(199_421.15), 199_421.15)
    # the file prints 10.65 for its cost per conversion: ratios are recomputed, never copied
    assert "ad_conversions" in result.measures
    assert spend / conversions == pytest.approx(10.6623, abs=5e-5)
    assert not {10.65, 10.75, 10.10} & {fact.value for fact in result.facts}
    with pytest.raises(SourceError, match=r"^ads\.csv: spend adds up to 199,421\.15 .* own total is 199,422\.15"):
        reads("ads.csv", PUBLISHED.replace("199421.15", "199422.15"))
    assert reads("ads.csv", PUBLISHED.replace("199421.15", "199421.16")).measures  # rounding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_encodings_and_separators(reads, encoding: str, separator: str) -> None:
    text = ads(span="1 July 2026 - 31 July 2026", rows=("Enabled,Zürich,Search,10,5,EUR,1,5.00,1,",), totals=())
    text = text.replace(",", separator)
    data = (
        (b"\xff\xfe" if "le" in encoding else b"\xfe\xff") + text.encode(encoding[:9])
        if "bom" in encoding
        else text.encode(encoding)
    )
    result = reads("ads.csv", data)
    assert (total(result, "spend"), result.facts[0].campaign) == (5.0, "Zürich")


def test_rows_that_do_not_make_the_total_are_refused(reads) -> None:
    with pytest.raises(SourceError, match=r"ads\.csv: spend adds up to 100\.50 .* total is 150\.50"):
        reads(
            "ads.csv",
            ads(
                rows=ADS_ROWS[:1],
                totals=(ADS_TOTALS[0].replace("13,345", "12,345").replace("1,050", "1000"),),
            ),
        )


def test_british_total_and_range(reads) -> None:
    result = reads(
        "uk.csv",
        ads("27 January 2026 - 31 January 2026", totals=(ADS_TOTALS[0].replace("Campaigns", "Campaign"),)),
    )
    assert total(result, "spend") == 150.5
    assert result.checks[-1].file_total == 150.5
    assert result.notes == ("partial month 2026-01: covers 27 to 31 Jan 2026",)


def test_partial_month_is_flagged(reads) -> None:
    assert reads("ads.csv", ads('"July 8, 2026 - July 31, 2026"')).notes == (
        "partial month 2026-07: covers 8 to 31 Jul 2026",
    )


def test_clicks_are_preferred_to_interactions(reads) -> None:
    result = reads(
        "ads.csv",
        ads(
            header="Campaign,Impr.,Interactions,Clicks,Cost",
            rows=("Brand,10,9,7,1",),
            totals=("Total: Campaigns,10,9,7,1",),
        ),
    )
    assert total(result, "clicks") == 7


def test_a_campaign_called_total_counts(reads) -> None:
    row = "Enabled,Total: Awareness,Search,10,5,EUR,1,5.00,1,"
    assert total(reads("ads.csv", ads(rows=(row,), totals=())), "spend") == 5


@pytest.mark.parametrize(
    ("name", "header", "rows"),
    [
        ("month", "Month," + ADS_HEADER, ("2026-06-01," + ADS_ROWS[0], "July 2026," + ADS_ROWS[0])),
        ("day", "Day," + ADS_HEADER, ("2026-06-03," + ADS_ROWS[0], "2026-07-09," + ADS_ROWS[0])),
    ],
)
def test_segments_by_month_and_day(reads, name: str, header: str, rows: tuple[str, ...]) -> None:
    result = reads("ads.csv", ads("1 June 2026 - 31 July 2026", rows=rows, totals=(), header=header))
    assert [fact.value for fact in result.facts if fact.measure == "spend"] == [100.5, 100.5]
    assert {fact.month for fact in result.facts} == {2026 * 12 + 5, 2026 * 12 + 6}


@pytest.mark.parametrize(
    ("span", "message"),
    [
        ("All time", "states no dates"),
        ("1 July 2026 - 31 August 2026", "covers 1 Jul 2026 to 31 Aug 2026 without dates"),
        ("31 July 2026 - 1 July 2026", "ends before it starts"),
    ],
)
def test_ranges_that_are_refused(reads, span: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        reads("ads.csv", ads(span))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ADS_ROWS[0].replace("100.50", "abc"), r"ads\.csv, line 4, column 'Cost': 'abc' is not a number"),
        (ADS_ROWS[0].replace("100.50", "-3"), r"line 4, column 'Cost': -3 is negative"),
        (ADS_ROWS[0].replace("Brand", " --"), r"line 4, column 'Campaign' is empty"),
    ],
)
def test_bad_cells(reads, row: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        reads("ads.csv", ads(rows=(row,), totals=()))
    assert "\n" not in str(error.value)


def test_several_currencies_are_refused(reads) -> None:
    with pytest.raises(SourceError, match="mixes EUR, USD"):
        reads("ads.csv", ads(rows=(ADS_ROWS[0], ADS_ROWS[1].replace("EUR", "USD")), totals=()))
    june = ads('"June 1, 2026 - June 30, 2026"', totals=()).replace("EUR", "USD")
    with pytest.raises(SourceError, match=r"a\.csv in EUR and b\.csv in USD"):
        combine([reads("a.csv", ads()), reads("b.csv", june)])


@pytest.mark.parametrize(
    ("encoding", "header", "total_row", "span"),
    [
        (
            "cp949",
            "캠페인,노출수,클릭수,비용,전환수",
            "합계: 캠페인,10,5,7.00,1",
            "2026년 7월 1일 - 2026년 7월 31일",
        ),
        (
            "cp932",
            "キャンペーン,表示回数,クリック数,費用,コンバージョン",
            "合計: キャンペーン,10,5,7.00,1",
            "2026年7月1日 - 2026年7月31日",
        ),
    ],
)
def test_korean_and_japanese(reads, encoding: str, header: str, total_row: str, span: str) -> None:
    text = "\n".join(["보고서" if encoding == "cp949" else "レポート", span, header, "Brand,10,5,7.00,1", total_row])
    result = reads("ads.csv", text, encoding)
    assert (total(result, "spend"), total(result, "clicks"), result.checks[-1].file_total) == (7, 5, 7)


def test_duplicate_headers_are_refused(reads) -> None:
    with pytest.raises(SourceError, match="more than one column 'Cost'"):
        reads("ads.csv", ads(header=ADS_HEADER.replace("Avg. cost", "Cost")))


def test_months_outside_the_stated_range_are_refused(reads) -> None:
    rows = ("July 2026," + ADS_ROWS[0], "August 2026," + ADS_ROWS[0])
    with pytest.raises(SourceError, match="August 2026 is outside the file's own range"):
        reads("ads.csv", ads(rows=rows, totals=(), header="Month," + ADS_HEADER))


def test_a_segmented_month_is_as_long_as_the_file(reads) -> None:
    first = reads("a.csv", ads("1 July 2026 - 10 July 2026", ("July 2026," + ADS_ROWS[0],), (), "Month," + ADS_HEADER))
    second = reads(
        "b.csv", ads("11 July 2026 - 31 July 2026", ("July 2026," + ADS_ROWS[0],), (), "Month," + ADS_HEADER)
    )
    assert sum(f.value for f in combine([first, second]).facts if f.measure == "spend") == 201
