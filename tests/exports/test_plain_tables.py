"""The team's own tables, and files that are not what they should be."""

from __future__ import annotations

import pytest

from tests.support.export_files import ads, total, workbook, zipped
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.core.metrics.measures import MEASURES
from xl_lifecycle.exports import combine

MARCH = 2026 * 12 + 2


@pytest.mark.parametrize(
    "month",
    [
        "2026-03",
        "2026/3",
        "Mar 2026",
        "March 2026",
        "2026.03",
        "2026. 3.",
        "2026년 3월",
        "2026年3月",
        "2026-03-01",
        "202603",
        "20260301",
        "46082",
        "03/2026",
        "3/31/2026",
        "31 March 2026",
        "2026-03-01 00:00:00",
        "2026年3月1日",
    ],
)
def test_a_month_typed_in_any_way(reads, month: str) -> None:
    assert [fact.month for fact in reads("t.csv", f"month,spend\n{month},5\n").facts] == [MARCH]


@pytest.mark.parametrize(
    "month", ["2026-13", "03/04/2026", "Mar-26", "2026", "soon", "13/2026", "2026-02-30", "", "03"]
)
def test_a_month_that_is_refused(reads, month: str) -> None:
    with pytest.raises(SourceError, match=r"t\.csv, line 2, column 'month'"):
        reads("t.csv", f"month,spend\n{month},5\n")


@pytest.mark.parametrize("language", [0, 1, 2])
def test_every_measure_by_its_label(reads, language: int) -> None:
    words = [("month", "channel", "campaign"), ("월", "채널", "캠페인"), ("月", "チャネル", "キャンペーン")][language]
    measures = [measure for measure in MEASURES if measure.table is not InputTable.ITEMS]
    labels = [measure.label.everywhere[language] for measure in measures]
    text = "\t".join([*words, *labels]) + "\n" + "\t".join(["2026-03", "Email", "", *["1"] * len(labels)])
    assert set(reads("t.tsv", text).measures) == {measure.name for measure in measures}


def test_channels_campaigns_blanks_and_totals(reads) -> None:
    result = reads(
        "t.csv",
        "month,channel,campaign,spend,leads,Notes\n2026-01,유료 광고,@Home,10,\n"
        "2026-02,Podcast,,5.5,1\n2026-02,,,4,\n\nTotal,,,19.5,1\n",
    )
    assert {(fact.channel, fact.campaign) for fact in result.facts} == {
        ("Paid ads", "@Home"),
        ("Podcast", ""),
        ("", ""),
    }
    assert [(c.measure, c.file_total) for c in result.checks] == [("leads", 1), ("spend", 19.5)]
    assert [(span.measure, str(span.first)) for span in result.spans] == [
        ("leads", "2026-02-01"),
        ("spend", "2026-01-01"),
    ]
    assert result.notes == ("column 'Notes' is not a measure, left out",)


def test_a_misspelt_measure_is_pointed_out(reads) -> None:
    assert 'did you mean "visitors"?' in reads("t.csv", "month,leads,visitrs\n2026-01,1,2\n").notes[0]


def test_rows_for_one_cell_add_but_stocks_do_not(reads) -> None:
    assert total(reads("t.csv", "month,spend\n2026-01,1\n2026-01,2\n"), "spend") == 3
    assert total(reads("t.csv", "month,followers\n2026-01,7\n2026-01,7\n"), "followers") == 7
    with pytest.raises(SourceError, match="followers of the company is there twice"):
        reads("t.csv", "month,followers\n2026-01,7\n2026-01,8\n")


def test_gaps_are_not_covered(reads) -> None:
    result = reads("t.csv", "month,spend\n2026-01,1\n2026-02,\n2026-03,2\n")
    assert [str(span.first) for span in result.spans] == ["2026-01-01", "2026-03-01"]


def test_percent_and_currency_in_numbers(reads) -> None:
    result = reads("t.csv", 'month,spend,leads\n2026-01,"€1.234,50",27.5\n2026-02,"€2,000.25",< 10\n')
    assert (total(result, "spend"), total(result, "leads")) == (3234.75, 27.5)
    assert "'< 10' is withheld" in result.notes[0]


def test_xlsx_with_dates_and_serials(reads) -> None:
    import datetime

    data = workbook([["month", "channel", "spend"], [datetime.datetime(2026, 3, 1), "Email", 5.5], [46082, "Email", 2]])
    result = reads("t.xlsx", data)
    assert total(result, "spend", month=MARCH) == 7.5
    assert result.notes == ()
    assert "is an Excel workbook" in reads("t.csv", data).notes[0]
    assert "is text" in reads("t.xlsx", "month,spend\n2026-01,1\n").notes[0]


ITEMS = (
    "month,kind,item,channel,measure,value\n2026-03,키워드,=crm,자연 검색,Rank,3.4\n2026-03,event,Fair,,event_leads,5\n"
)


def test_items(reads) -> None:
    result = reads("items.csv", ITEMS)
    assert [tuple(item) for item in result.items] == [
        (MARCH, "event", "Fair", "", "event_leads", 5.0),
        (MARCH, "keyword", "=crm", "Organic search", "rank", 3.4),
    ]
    other = reads("other.csv", ITEMS.replace("3.4", "3.5"))
    assert combine([result, result]).items == result.items
    with pytest.raises(SourceError, match=r"rank of '=crm' in 2026-03 is 3\.4 in items\.csv but 3\.5 in other\.csv"):
        combine([other, result])
    with pytest.raises(SourceError, match="'Rang' is not a measure: did you mean 'rank'"):
        reads("items.csv", ITEMS.replace("Rank", "Rang"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("e.csv", b"", "is empty"),
        ("e.csv", b"\xef\xbb\xbf\r\n", "is empty"),
        ("e.xlsx", b"", "is empty"),
        ("h.csv", "month,spend\n", "has headers but no values"),
        ("h.csv", "Record ID,Email,Create Date\n", "has headers but no rows"),
        ("h.csv", ads(rows=(), totals=()), "has headers but no values"),
        ("u.csv", "Alpha,Beta\n1,2\n", "no known format has the headers Alpha, Beta"),
        ("u.csv", "Record ID,Email\n1,2\n", "nearest is HubSpot contacts, it also needs 'Create Date'"),
        ("u.csv", "just words\n", "has no table"),
        ("n.csv", "month,spend\n2026-01,abc\n", r"n\.csv, line 2, column 'spend': 'abc' is not a number"),
        ("n.csv", "month,spend\n2026-01,-5\n", "-5 is negative"),
        ("d.csv", "month,spend,spend\n2026-01,1,2\n", "more than one column 'spend'"),
        ("d.csv", "month,leads,리드\n2026-01,1,2\n", "more than one column 'leads' and '리드'"),
        ("b.csv", bytes(range(256)) * 4, "neither text nor an Excel workbook"),
        ("b.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "neither text nor an Excel workbook"),
        ("z.csv", zipped({"Queries.pdf": "x"}), "is a zip archive without an export"),
        ("z.zip", zipped({"Queries.csv": "x"}), r"z\.zip/Queries\.csv has no table"),
        ("z.xlsx", zipped({"xl/workbook.xml": "x"}), "is a damaged workbook"),
        ("z.xlsx", zipped({"a": "x"})[:20], "is damaged"),
        ("p.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password-protected"),
        ("x.xlsx", workbook([["Alpha", "Beta"], [1, 2]]), "no known format"),
    ],
)
def test_bad_files_are_refused_in_one_line(reads, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        reads(name, content)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file(tmp_path) -> None:
    from xl_lifecycle.sources import read

    with pytest.raises(SourceError, match=r"nowhere\.csv cannot be read"):
        read(tmp_path / "nowhere.csv")


def test_western_text_is_not_taken_for_asian(reads) -> None:
    result = reads("t.csv", "month,channel,campaign,spend\n2026-01,Email,Café Müller,1\n", "cp1252")
    assert result.facts[0].campaign == "Café Müller"


def test_capitals_with_accents_and_september(reads) -> None:
    result = reads("t.csv", "month,channel,campaign,spend\nSept 2026,Email,ÉCONOMIE ÀÉ,1\n", "cp1252")
    assert (result.facts[0].month, result.facts[0].campaign) == (2026 * 12 + 8, "ÉCONOMIE ÀÉ")
