"""The mapping assistant: what a file is taken for and why, and a declaration for one that is not known."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.export_files import DEALS, ads, total, zipped
from tests.support.sample_exports import EXPORTS, MICROSOFT, Export
from xl_lifecycle.commands.cli import main
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.sources import read_all
from xl_lifecycle.sources.mapping.columns import FileColumn, Look, columns_of, find_header, look_of
from xl_lifecycle.sources.mapping.draft_declaration import draft, map_columns
from xl_lifecycle.sources.mapping.explain_file import describe
from xl_lifecycle.sources.mapping.match_columns import measures_like

GERMAN = """Werbenetzwerk
Erstellt am 01.04.2026

Datum;Kanal;Kampagne;Kosten (EUR);Impressionen;Klicks;CTR;Kunden-ID;/x
31.03.2026;Google;Brand;1.234,50;10.000;200;2,0%;a1;1
01.04.2026;Bing;Brand;1.000,00;8.000;100;1,3%;a2;1
Gesamt;;;2.234,50;18.000;300;;;2
"""
KOREAN = "날짜,매체,캠페인,광고비,노출,클릭,전환율\n2026-03-01,네이버,봄,1000,20,3,1%\n"
JAPANESE = "日付,媒体,キャンペーン名,広告費,表示回数,クリック,平均単価\n2026/03/01,検索,春,1000,20,3,5\n"


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        (GERMAN, {"spend": 2234.5, "impressions": 18000, "clicks": 300}),
        (KOREAN, {"spend": 1000, "impressions": 20, "clicks": 3}),
        (JAPANESE, {"spend": 1000, "impressions": 20, "clicks": 3}),
    ],
    ids=["de", "ko", "ja"],
)
def test_an_unknown_file_gets_a_declaration_that_works_as_it_stands(
    make, tmp_path: Path, text: str, sums: dict
) -> None:
    path = make("network.csv", text)
    with pytest.raises(SourceError, match=r"no known format|nearest is"):
        read_all([path])
    (description,) = describe(path)
    assert description.works
    (tmp_path / "network.toml").write_text(description.declaration, "utf-8")
    (result,) = read_all([path, tmp_path / "network.toml"])
    assert {measure: total(result, measure) for measure in result.measures} == sums
    assert {fact.campaign for fact in result.facts} <= {"Brand", "봄", "春"}


def test_what_columns_look_like_and_are_taken_for(make) -> None:
    (description,) = describe(make("network.csv", GERMAN))
    lines = {line.split()[0]: " ".join(line.split()) for line in description.lines[2:]}
    assert lines["Datum"] == "Datum date -> day 31.03.2026, 01.04.2026"
    assert lines["Kanal"] == "Kanal text -> channel Google, Bing"
    assert lines["Kosten"] == "Kosten (EUR) currency -> spend 1.234,50, 1.000,00"
    assert lines["CTR"] == "CTR percentage left out 2,0%, 1,3%"
    assert lines["Kunden-ID"] == "Kunden-ID id left out a1, a2"
    assert "its columns, in line 4:" in description.lines[1]


def test_the_total_of_the_draft_is_checked(make, tmp_path: Path) -> None:
    path = make("network.csv", GERMAN.replace("2.234,50", "2.234,60"))
    (tmp_path / "d.toml").write_text(describe(path)[0].declaration, "utf-8")
    with pytest.raises(SourceError, match=r"spend adds up to 2,234\.50 in its rows, but its own total is 2,234\.60"):
        read_all([path, tmp_path / "d.toml"])


def test_a_doubtful_guess_is_a_comment(make) -> None:
    (description,) = describe(make("t.csv", "Day,Sent mails,Revenue,Balance\n2026-03-01,5,6,-3\n2026-03-02,5,7,4\n"))
    raw = tomllib.loads(description.declaration)
    assert raw["measures"] == {"sales_revenue": ["sales_revenue"]}
    assert any(line.startswith("# ") and '["Sent mails"]' in line for line in description.declaration.splitlines())


def test_without_dates_or_measures_the_draft_loads_but_says_what_is_missing(make, tmp_path: Path) -> None:
    path = make("t.csv", "Name,Wert\nA,5\n")
    (description,) = describe(path)
    assert not description.works
    assert '# day = ["..."]' in description.declaration
    tomllib.loads(description.declaration)


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (("03/04/2026", "04/04/2026"), True),
        (("03/04/2026", "31/04/2026", "13/04/2026"), False),
        (("2026-04-03",), False),
    ],
)
def test_dates_that_can_be_read_in_two_ways_are_asked_about(make, dates: tuple[str, ...], order: bool) -> None:
    (description,) = describe(make("t.csv", "Datum,Kosten\n" + "".join(f"{date},5\n" for date in dates)))
    assert ('# date_order = "dmy"' in description.declaration) is order


@pytest.mark.parametrize(
    ("values", "look"),
    [
        (["2026-03-01", "2026-03-02"], Look.DAY), (["20260301"], Look.DAY), (["31.03.2026"], Look.DAY),
        (["Mar 2026"], Look.MONTH), (["2026년 3월"], Look.MONTH), (["2026-03"], Look.MONTH),
        (["1,234", "5"], Look.NUMBER), (["46082"], Look.NUMBER), (["< 10"], Look.NUMBER), (["5%", "1.5%"], Look.PERCENTAGE),
        (["€5", "6"], Look.CURRENCY), (["1,000원"], Look.CURRENCY), (["Brand", "5"], Look.TEXT), ([], Look.EMPTY), (["  "], Look.EMPTY),
    ],
)  # fmt: skip
def test_looks(values: list[str], look: Look) -> None:
    assert look_of(values) is look


@pytest.mark.parametrize(
    ("header", "measure"),
    [
        ("Ad spend", "spend"), ("Kosten", "spend"), ("Coste", "spend"), ("광고비", "spend"), ("広告費", "spend"),
        ("Impressionen", "impressions"), ("Impresiones", "impressions"), ("クリック数", "clicks"), ("Visits", "sessions"),
        ("New customers", "new_customers"), ("신규 고객", "new_customers"), ("Leads generated", "leads"),
    ],
)  # fmt: skip
def test_the_nearest_measure(header: str, measure: str) -> None:
    best = measures_like(FileColumn(header, ("5",), Look.NUMBER))[0]
    assert (best.role, best.good) == (measure, True)


@pytest.mark.parametrize(
    "header", ["Avg. cost", "Cost per lead", "Conversion rate", "클릭률", "平均単価", "Cost / conv.", "CTR"]
)
def test_ratios_are_no_measures(header: str) -> None:
    assert not measures_like(FileColumn(header, ("5",), Look.NUMBER))


def test_amounts_are_no_counts_and_counts_not_negative() -> None:
    assert not measures_like(FileColumn("Clicks", ("€5",), Look.CURRENCY))[0].good
    assert not measures_like(FileColumn("Clicks", ("-5",), Look.NUMBER))[0].good


def test_a_known_file_is_told_with_its_reasons(make) -> None:
    (description,) = describe(make("ads.csv", ads()))
    text = "\n".join(" ".join(line.split()) for line in description.lines)
    assert "ads.csv: Google Ads campaign report, by Campaign, Cost, Impr. in line 3" in text
    assert "Cost -> spend" in text
    assert "Interactions -> clicks" in text
    assert "left out: Campaign status, Campaign type, Avg. cost, Conv. share" in text
    assert "spend: 150.50 (= the file's own total)" in text
    assert not description.declaration
    (description,) = describe(make("bing.csv", MICROSOFT))
    assert "  only this format says: Report Name: Campaign performance" in description.lines
    (description,) = describe(make("deals.csv", DEALS))
    assert any("closed_deals, won_deals" in line for line in description.lines)


def test_a_known_file_that_cannot_be_read_says_why(make) -> None:
    (description,) = describe(make("ads.csv", ads(totals=()).replace("100.50", "abc")))
    assert description.lines[-1].startswith("  but it cannot be read: ads.csv, line 4, column 'Cost': 'abc'")


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_every_format_is_told(make, export: Export) -> None:
    (description,) = describe(make("export.csv", export.text))
    assert description.lines[0].startswith(f"export.csv: {export.source}, by ")
    assert not description.declaration


def test_each_file_of_an_archive_is_told(make) -> None:
    descriptions = describe(make("x.zip", zipped({"a.csv": ads(), "b.csv": GERMAN, "c.txt": "words"})))
    assert [bool(each.declaration) for each in descriptions] == [False, True, False]


HEADERS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)
CELLS = st.one_of(st.sampled_from(["2026-03-01", "5", "1.5%", "€5", "x", ""]), HEADERS)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(HEADERS, CELLS, CELLS), min_size=2, max_size=6))
def test_whatever_the_columns_are_the_draft_is_a_declaration(
    tmp_path: Path, columns: list[tuple[str, str, str]]
) -> None:
    """It loads; and where it says that it works, no header or value makes it say something else."""
    from xl_lifecycle.exports.decode import ExportRow
    from xl_lifecycle.sources.mapping.own_formats import team_formats

    grid = [ExportRow(n, list(cells)) for n, cells in enumerate(zip(*columns, strict=True), 1)]
    if (result := find_header([grid])) is None:
        return
    file_columns = columns_of(*result)
    mapping = map_columns(file_columns)
    text = draft("A title", file_columns, mapping)
    tomllib.loads(text)
    if mapping.works:
        (tmp_path / "d.toml").write_text(text, "utf-8")
        (declaration,) = team_formats([tmp_path / "d.toml"])
        assert declaration.title == "A title"


def test_the_command(make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = make("network.csv", GERMAN), tmp_path / "network.toml"
    assert main(["map", str(path)]) == 0
    assert 'title = "network"' in capsys.readouterr().out
    assert main(["map", str(path), "--out", str(out)]) == 0
    assert f"refresh BOOK {path} {out}" in capsys.readouterr().out
    assert main(["map", str(path)]) == 0  # which the declaration beside it makes known
    assert "network.csv: network, by Datum" in capsys.readouterr().out
    for args, message in itertools.zip_longest(
        (
            [str(path), "--out", str(out)],
            [str(path), "--out", "a.txt"],
            ["nowhere.csv"],
            [str(make("a.csv", ads())), "--out", str(tmp_path / "n.toml")],
        ),
        ("exists already", "must end in .toml", "cannot be read", "needs no declaration"),
    ):
        assert main(["map", *args]) == 1
        error = capsys.readouterr().err
        assert message in error
        assert error.count("\n") == 1
    assert not (tmp_path / "n.toml").exists()
