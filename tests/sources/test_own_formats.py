"""A team's own declarations: found, checked, used before ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.export_files import ads, total
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.exports import combine
from xl_lifecycle.refresh.report import report_text
from xl_lifecycle.sources import read_all, read_folder
from xl_lifecycle.sources.mapping.own_formats import all_formats, team_formats

DECLARATION = """
title = "Podcast host"
required = ["when", "cost"]
date_order = "dmy"
[columns]
when = ["Aired"]
cost = ["Fee"]
day = ["Aired"]
[measures]
spend = ["cost"]
[totals]
own = '^all$'
[channel]
always = "Podcast"
"""
DECLARATION = DECLARATION.replace('when = ["Aired"]\n', "").replace('["when", "cost"]', '["day", "cost"]')
EXPORT = "Aired,Fee,Show\n03/04/2026,100,A\n05/04/2026,50,B\nall,150,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "podcast.toml").write_text(DECLARATION, "utf-8")
    (tmp_path / "exports" / "shows.csv").write_text(EXPORT, "utf-8")
    return tmp_path / "exports"


def test_a_declaration_in_a_folder_is_used(folder: Path) -> None:
    (result,) = read_all([folder])
    assert (result.source, total(result, "spend", channel="Podcast")) == ("Podcast host", 150)
    assert result.checks[0].file_total == 150
    assert str(result.first) == "2026-04-03"
    assert combine([result]).file_formats == ("shows.csv: Podcast host, by Aired, Fee in line 1",)


def test_a_declaration_given_by_itself_is_used(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(EXPORT, "utf-8")
    assert len(read_all([tmp_path / "s.csv", folder / "podcast.toml"])) == 1
    with pytest.raises(SourceError, match=r"no known format.*xl-lifecycle map .*s\.csv"):
        read_all([tmp_path / "s.csv"])


def test_records_of_ones_own(folder: Path) -> None:
    text = (
        'title = "Shop orders"\nshape = "records"\nlike = "stripe_payments"\nrequired = ["id", "created", "amount"]\n'
        '[columns]\nid = ["order"]\ncreated = ["paid at"]\namount = ["sum"]\nrefunded = ["x"]\ncurrency = ["cur"]\n'
        'status = ["state"]\n'
    )
    (folder / "shop.toml").write_text(text, "utf-8")
    (folder / "shop.csv").write_text(
        "order,paid at,sum,cur,state\n1,2026-03-02,5,EUR,paid\n2,2026-03-03,6,EUR,Failed\n"
    )
    shop, _ = read_all([folder])
    assert (shop.source, total(shop, "sales_revenue"), shop.currency) == ("Shop orders", 5, "EUR")
    assert combine(read_all([folder])).facts  # which asks the declaration again how records count


def test_ours_is_replaced_by_one_of_its_title(folder: Path) -> None:
    text = 'title = "Google Ads campaign report"\nlike = "google_ads"\n[columns]\n[channel]\nalways = "Search ads"\n'
    (folder / "ads.toml").write_text(text.replace("[columns]", '[columns]\nnote = ["Note"]'), "utf-8")
    (folder / "ads.csv").write_text(ads(), "utf-8")
    result, _ = read_all([folder])
    assert total(result, "spend", channel="Search ads") == 150.5
    titles = [each.title for each in all_formats([folder])]
    assert titles[:2] == ["Google Ads campaign report", "Podcast host"]
    assert len(titles) == len(set(titles))


def test_ones_own_comes_before_ours_though_it_has_fewer_headers(folder: Path) -> None:
    text = (
        'title = "Agency ads"\nrequired = ["c", "s", "day"]\n[columns]\nc = ["Campaign"]\ns = ["Cost"]\nday = ["Day"]\n'
    )
    (folder / "a.toml").write_text(text + '[measures]\nspend = ["s"]\n', "utf-8")
    (folder / "shows.csv").write_text("Day,Campaign,Cost,Impr.,Clicks\n2026-03-01,A,5,6,7\n", "utf-8")
    (result,) = read_all([folder])
    assert result.source == "Agency ads"
    assert result.why.endswith("Google Ads campaign report fits less")


def test_two_that_fit_alike_are_refused(folder: Path) -> None:
    (folder / "other.toml").write_text(DECLARATION.replace("Podcast host", "Another"), "utf-8")
    with pytest.raises(SourceError, match=r"shows\.csv fits 'Another' and 'Podcast host' equally: require a header"):
        read_all([folder])


def test_of_two_the_one_that_knows_more_headers_is_taken(folder: Path) -> None:
    other = DECLARATION.replace("Podcast host", "With shows").replace("[columns]\n", '[columns]\ncampaign = ["Show"]\n')
    (folder / "with_shows.toml").write_text(other, "utf-8")
    (result,) = read_all([folder])
    assert (result.source, total(result, "spend", campaign="A")) == ("With shows", 100)


def test_refresh_and_a_dry_run_use_it(folder: Path, small_book: Path) -> None:
    before = small_book.read_bytes()
    report = refresh(small_book, [folder], FUNCTIONS.catalogue, dry_run=True)
    assert (report.added + len(report.changed), small_book.read_bytes()) == (1, before)
    assert report.file_formats == ("shows.csv: Podcast host, by Aired, Fee in line 1",)
    assert refresh(small_book, [folder], FUNCTIONS.catalogue).file_formats == report.file_formats
    assert report.file_formats[0] in report_text(report, FUNCTIONS.catalogue, verbose=True).splitlines()[1]
    assert report.file_formats[0] not in report_text(report, FUNCTIONS.catalogue, verbose=False)


def test_a_folder_of_declarations_alone(folder: Path) -> None:
    (folder / "shows.csv").unlink()
    for froms in ([folder], [folder / "podcast.toml"], [folder, folder / "podcast.toml"]):
        with pytest.raises(SourceError, match="has a declaration but no export"):
            read_all(froms)
    known, result = read_folder(folder)
    assert (known[0].title, result) == ("Podcast host", [])


def test_other_toml_files_are_left_alone(folder: Path) -> None:
    (folder / "events.toml").write_text('title = "x"\n[database]\nurl = "y"\n', "utf-8")
    (folder / "pyproject.toml").write_text("[project]\nname = 1\n", "utf-8")
    assert [each.title for each in team_formats([folder])] == ["Podcast host"]
    with pytest.raises(SourceError, match=r"pyproject\.toml does not declare a format"):
        read_all([folder / "pyproject.toml"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("required", "required = [", r"podcast\.toml is not valid TOML: .*line 3"),
        ('title = "Podcast host"\n', "", "title is missing: name the format"),
        ("required", "requires", "requires is not a key of a declaration; did you mean \"required\"?"),
        ('required = ["day", "cost"]', 'required = "day"', 'required must be a list, such as'),
        ('required = ["day", "cost"]', "required = []", "required is empty"),
        ('required = ["day", "cost"]\n', "", "required is missing"),
        ('required = ["day", "cost"]', 'required = ["dya"]', "no column is declared for dya"),
        ("spend =", "spent =", "spent is not a measure"),
        ('[measures]\nspend = ["cost"]', "", r"no \[measures\] say"),
        ('["Fee"]', "[]", r"columns\.cost is empty"),
        ('["Fee"]', '["/Fee(/"]', r"columns\.cost = '/Fee\(/' is not a regular expression"),
        ('["Fee"]', "[5]", r"columns\.cost must be a text"),
        ("own = '^all$'", "own = '(all'", r"totals\.own = '\(all' is not a regular expression"),
        ("own = '^all$'", "owns = '^all$'", r"totals\.owns is not a key of a declaration; did you mean"),
        ('date_order = "dmy"', 'date_order = "ymd"', "date_order = 'ymd': write mdy or dmy"),
        ('date_order = "dmy"', 'currency = "euro"', "currency = 'euro': write its three letters"),
        ('date_order = "dmy"', 'shape = "sums"', "shape 'sums' is not aggregate"),
        ('date_order = "dmy"', 'shape = "records"', r"no \[\[event\]\] says"),
        ('date_order = "dmy"', 'shape = "report of items"', r"item\.kind is missing"),
        ('date_order = "dmy"', 'like = "gogle_ads"', 'like = \'gogle_ads\' is not a declaration; did you mean "google_ads"'),
        ('date_order = "dmy"', 'like = "podcast"', "is the file itself"),
        ('date_order = "dmy"', 'together = ["cost", "day"]\nadds = 1', "adds must be true or false"),
        ('always = "Podcast"', 'always = "All"', "channel 'All'"),
        ('always = "Podcast"', 'words = ["a"]', r"channel\.words must be a table"),
        ("Podcast host", "Table of items", "the title 'Table of items' is taken"),
        ("[totals]", '[[event]]\nmeasure = "sales"\n[totals]', r"event\.date must be given"),
        ("[totals]", '[where.spend]\ncolumn = "cost"\n[totals]', r"where\.spend\.matches must be given"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_one_is_said_in_one_line(folder: Path, old: str, new: str, message: str) -> None:
    assert old in DECLARATION
    (folder / "podcast.toml").write_text(DECLARATION.replace(old, new), "utf-8")
    with pytest.raises(SourceError, match=message) as error:
        read_all([folder])
    assert str(error.value).startswith("podcast.toml")
    assert "\n" not in str(error.value)


def test_one_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "podcast.toml").write_bytes(DECLARATION.replace("host", "hôst").encode("cp1252"))
    with pytest.raises(SourceError, match=r"podcast\.toml is not UTF-8"):
        read_all([folder])


def test_two_of_one_name_or_title_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "podcast.toml").write_text(DECLARATION, "utf-8")
    with pytest.raises(SourceError, match="two declarations have this name"):
        team_formats([folder, tmp_path])
    (folder / "z.toml").write_text(DECLARATION, "utf-8")
    with pytest.raises(SourceError, match=r"z\.toml: the title 'Podcast host' is taken"):
        team_formats([folder])
