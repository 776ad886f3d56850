"""Search Console, Google Trends and explorations of the whole website."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.support.export_files import ga4, total, workbook, zipped
from tests.support.sample_exports import CHART, DAYS, EXPLORATION, QUERIES, trends
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports import combine
from xl_lifecycle.sources import read_all

JAN, FEB = 24312, 24313


def console(language: str = "en", days: str = DAYS) -> bytes:
    chart, queries, names = CHART[language]
    first, second = names.split()
    return zipped(
        {
            first: f"\ufeff{chart}\r\n{days}",
            second: f"\ufeff{queries}\r\n{QUERIES}",
            "Pages.csv": "Top pages,Clicks,Impressions,CTR,Position\nhttps://example.com/,5,50,10%,2\n",
            "Filters.csv": "Filter,Value\nSearch type,Web\nDate,Last 28 days\n",
        }
    )


@pytest.fixture
def reads_all(make):
    return lambda name, content: read_all([make(name, content)])


@pytest.mark.parametrize("language", ["en", "ko", "ja"])
def test_search_console_zip(reads_all, language: str) -> None:
    chart, queries = reads_all("console.zip", console(language))
    assert (total(chart, "clicks"), total(chart, "impressions", channel="Organic search")) == (15, 1500)
    assert chart.file == f"console.zip/{CHART[language][2].split()[0]}"
    assert {(i.month, i.kind, i.item, i.channel, i.measure): i.value for i in queries.items} == {
        (JAN, "keyword", "crm software", "Organic search", "clicks"): 8,
        (JAN, "keyword", "crm software", "Organic search", "impressions"): 700,
        (JAN, "keyword", "crm software", "Organic search", "rank"): 3.4,
        (JAN, "keyword", "=crm", "Organic search", "clicks"): 1,
        (JAN, "keyword", "=crm", "Organic search", "impressions"): 100,
        (JAN, "keyword", "=crm", "Organic search", "rank"): 12,
    }
    assert (str(queries.first), str(queries.last)) == ("2026-01-01", "2026-01-31")  # the chart's
    assert sum("left out: console.zip/" in note for note in chart.notes) == 2  # pages and filters
    assert combine([chart, queries]).items == queries.items  # fewer clicks than the chart is right


def test_search_console_workbook(make) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for title, header, rows in (
        ("Chart", CHART["en"][0], [["2026-01-01", 10, 1000, 0.01, 9.5], ["2026-01-31", 5, 500, 0.01, 8]]),
        ("Queries", CHART["en"][1], [["crm software", 8, 700, 0.011, 3.4]]),
    ):
        sheet = book.create_sheet(title)
        for row in [header.split(","), *rows]:
            sheet.append(row)
        for cell in sheet["D"]:
            cell.number_format = "0.00%"
    book.save(out)
    chart, queries = read_all([make("console.xlsx", out.getvalue())])
    assert (total(chart, "clicks"), len(queries.items)) == (15, 3)
    assert chart.file != queries.file


def test_search_console_queries_of_several_months_are_left_out(reads_all, reads) -> None:
    (chart,) = reads_all("console.zip", console(days=DAYS.replace("2026-01-31", "2026-02-28")))
    assert any("Queries.csv left out: it has no dates of its own, and covers more" in note for note in chart.notes)
    with pytest.raises(SourceError, match=r"Queries\.csv states no dates"):
        reads("Queries.csv", CHART["en"][1] + "\n" + QUERIES)


def test_read_gives_one_export_only(reads) -> None:
    with pytest.raises(SourceError, match="is one of 2 exports"):
        reads("console.zip", console())


@pytest.mark.parametrize(
    ("category", "month", "place"),
    [
        ("Category: All categories\n\n", "Month", "(United States)"),
        ("Category: All categories,\n,\n", "Month", "(Worldwide)"),  # Excel saved it again
        ("카테고리: 모든 카테고리\n\n", "월", "(대한민국)"),
        ("カテゴリ: すべてのカテゴリ\n\n", "月", "(すべての国)"),
    ],
)
def test_trends_by_month(reads, category: str, month: str, place: str) -> None:
    result = reads(
        "trends.csv", trends(f"{month},chess: {place},crm: {place}", "2026-01,80,<1\n2026-02,100,3\n", category)
    )
    assert [tuple(item) for item in result.items] == [
        (JAN, "term", "chess", "", "search_index", 80),
        (FEB, "term", "chess", "", "search_index", 100),
        (FEB, "term", "crm", "", "search_index", 3),
    ]
    assert result.notes == ("search_index of 'crm' in 2026-01 left out: a value is withheld",)


def test_trends_by_week_and_day(reads) -> None:
    weeks = trends("Week,chess: (United States)", "2026-01-25,70\n2026-02-01,40\n2026-02-08,60\n")
    result = reads("trends.csv", weeks)
    assert {item.month: item.value for item in result.items} == {JAN: 70, FEB: 50}  # 25 to 31 January is one week
    assert result.notes[:2] == (
        "partial month 2026-01: covers 25 to 31 Jan 2026",
        "partial month 2026-02: covers 1 to 14 Feb 2026",
    )
    days = trends(
        "日,chess: (日本)", "2026-01-30,10\n2026-01-31,20\n2026-02-01,1 未満\n", "カテゴリ: すべてのカテゴリ\n\n"
    )
    assert [item.value for item in reads("trends.csv", days).items] == [15]


def test_trends_of_two_places_are_two_items(reads) -> None:
    result = reads("t.csv", trends("Month,chess: (France),chess: (Spain)", "2026-01,80,70\n"))
    assert [item.item for item in result.items] == ["chess: (France)", "chess: (Spain)"]


@pytest.mark.parametrize(
    ("day", "sessions", "users"),
    [("Date", "Sessions", "Total users"), ("날짜", "세션수", "총 사용자"), ("日付", "セッション", "総ユーザー数")],
)
def test_exploration_of_the_whole_website(reads, day: str, sessions: str, users: str) -> None:
    text = EXPLORATION.format(date=day, sessions=sessions, users=users)
    result = reads("explore.csv", text)
    assert result.source == "Google Analytics 4 exploration"
    assert total(result, "sessions", channel="") == 30
    assert result.checks[0].file_total == 30
    assert (str(result.first), str(result.last)) == ("2026-01-01", "2026-01-31")
    assert "visitors" not in result.measures  # those of single days do not add up
    with pytest.raises(SourceError, match="own total is 31"):
        reads("explore.csv", text.replace(",30,", ",31,"))


def test_exploration_gives_way_to_channels(reads) -> None:
    text = EXPLORATION.format(date="Date", sessions="Sessions", users="Users")
    both = combine([reads("explore.csv", text), reads("ga4.csv", ga4("20260101", "20260131"))])
    assert sum(fact.value for fact in both.facts if fact.measure == "sessions") == 292
    assert any("sessions of Google Analytics 4 exploration left out" in note for note in both.notes)


def test_zip_of_exports_of_several_tools(reads_all) -> None:
    files = {"a/ads.csv": "month,spend\n2026-01,5\n", "b.xlsx": workbook([["month", "leads"], ["2026-01", 3]])}
    result = reads_all("exports.zip", zipped({**files, "__MACOSX/a/._ads.csv": "x", "read.me": "x"}))
    assert [each.file for each in result] == ["exports.zip/a/ads.csv", "exports.zip/b.xlsx"]
    assert [each.measures for each in result] == [("spend",), ("leads",)]


def encrypted() -> bytes:
    data = bytearray(zipped({"a.csv": "month,spend\n2026-01,5\n"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: zipped({"bomb.csv": b"0" * 200_000_001}), "unpacks to more than 200 MB"),
        (lambda: zipped({f"{n}.csv": "" for n in range(1001)}), "more than 1,000 files"),
        (lambda: zipped({"xl/workbook.xml": "", "bomb.xml": b"0" * 200_000_001}), "unpacks to more than 200 MB"),
        (encrypted, "is password-protected"),
        (lambda: zipped({"in.csv": zipped({"a.csv": "x"})}), r"bad\.zip/in\.csv is an archive in an archive"),
        (lambda: zipped({"a.csv": "month,spend\n2026-01,5\n"})[:-30], "is damaged"),
        (
            lambda: zipped({"a.csv": "month,spend\n2026-01,x\n"}),
            r"bad\.zip/a\.csv, line 2, column 'spend': 'x' is not a number",
        ),
        (lambda: zipped({"a.csv": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}), "password-protected"),
    ],
    ids=["bomb", "many", "workbook bomb", "password", "nested", "damaged", "bad member", "protected member"],
)
def test_archives_that_are_refused(reads, content: Callable[[], bytes], message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        reads("bad.zip", content())
    assert "\n" not in str(error.value)


def test_a_folder_with_an_archive(tmp_path: Path) -> None:
    (tmp_path / "console.zip").write_bytes(console())
    assert len(read_all([tmp_path])) == 2
