"""A refresh: what it reads, what it leaves unchanged, and when it writes nothing."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.support.systems import needs_links, needs_rights
from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.pack.differences import differences
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.content.content import empty
from xl_lifecycle.core.cells.errors import BookError, SourceError
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.hosts.save import save
from xl_lifecycle.refresh.merge import Report
from xl_lifecycle.refresh.report import report_text
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = FUNCTIONS.catalogue
Edit = Callable[[Path, Callable[[Any], object]], Path]


def ads(
    folder: Path, rows: dict[str, float], span: str = "January 1, 2026 - January 31, 2026", name: str = "ads.csv"
) -> Path:
    """A Google Ads campaign report: spend by campaign."""
    lines = ["Campaign report", f'"{span}"', "Campaign,Impr.,Clicks,Currency code,Cost,Conversions"]
    lines += [f'"{campaign}",100,10,EUR,{cost:.2f},1' for campaign, cost in rows.items()]
    lines.append(f"Total: Campaigns,{100 * len(rows)},{10 * len(rows)},EUR,{sum(rows.values()):.2f},{len(rows)}")
    return written(folder / name, "\n".join(lines) + "\n")


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def deals(folder: Path, *rows: str, name: str = "deals.csv") -> Path:
    """A HubSpot deal export; rows: id, stage, amount, closed, source, company."""
    head = "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Last Activity Date,Original Source,Associated Company IDs"
    lines = [head]
    for row in rows:
        record, stage, amount, closed, source, company = row.split(",")
        lines.append(f"{record},D{record},{stage},{amount},{closed},{closed},{closed},{source},{company}")
    return written(folder / name, "\n".join(lines) + "\n")


def recorded(path: Path) -> dict[tuple[str, str, str, str], list[object]]:
    """Every value of the input tables, as openpyxl reads it."""
    found: dict[tuple[str, str, str, str], list[object]] = {}
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        for table in sheet.tables.values():
            head, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
            if head[:3] == ["Month", "Channel", "Campaign"]:
                for month, channel, campaign, *cells in rows:
                    at = f"{month:%Y-%m}" if isinstance(month, dt.datetime) else str(month)
                    for measure, value in zip(head[3:], cells, strict=True):
                        if value is not None:
                            found.setdefault((measure, at, channel or "", campaign or ""), []).append(value)
    return found


def spend(path: Path) -> dict[tuple[str, str, str], list[object]]:
    return {key[1:]: values for key, values in recorded(path).items() if key[0] == "Marketing spend"}


def figure(path: Path, formula: str) -> object:
    value = Calc(Functions(CATALOGUE), path).evaluate(formula)
    return value if isinstance(value, (float, list)) else str(value)


def take(book: Path, *froms: Path, dry_run: bool = False) -> Report:
    return refresh(book, froms, CATALOGUE, dry_run)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A folder of three exports."""
    folder = tmp_path / "exports"
    ads(folder, {"Brand": 60.25, "Generic": 40.5})
    deals(folder, "1,Closed Won,500,2026-01-10,Paid Search,77", "2,Closed Won,300,2026-02-11,Email Marketing,78")
    written(folder / "typed.csv", "month,channel,visitors,leads\n2026-01,Email,1000,20\n2026-02,Email,900,18\n")
    return folder


# The same again


def test_the_same_exports_again_change_nothing(small_book: Path, exports: Path) -> None:
    first = take(small_book, exports)
    assert first.added > 0
    tables, data = recorded(small_book), small_book.read_bytes()
    again = take(small_book, exports)
    assert (again.added, again.changed) == (0, [])
    assert recorded(small_book) == tables
    assert small_book.read_bytes() == data


def test_the_demo_s_exports_again_change_nothing(demo_book: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(demo_book, tmp_path))
    with resources.as_file(resources.files("xl_lifecycle.commands.sample") / "exports") as folder:
        again = take(copy, folder)
    assert (again.added, again.changed, again.files) == (0, [], 33)
    assert copy.read_bytes() == demo_book.read_bytes()


def test_sums_without_a_short_decimal_are_the_same_again(small_book: Path, exports: Path) -> None:
    """0.1 + 0.2 has 17 digits; a file that holds 16 gives another number back."""
    file = written(exports / "tenths.csv", "month,channel,campaign,spend\n2026-01,Podcast,,0.1\n2026-01,Podcast,,0.2\n")
    take(small_book, file)
    assert spend(small_book)["2026-01", "Podcast", ""] == [0.1 + 0.2]
    again = take(small_book, file)
    assert again.changed == []


def test_a_median_is_that_of_all_deals_and_of_each_channel(small_book: Path, tmp_path: Path) -> None:
    def won(name: str, *rows: str) -> Path:
        head = "Record ID,Deal Stage,Amount,Close Date,Create Date,Original Source,Associated Company IDs"
        lines = [f"{row.split(',')[0]},Closed Won,5,{row.split(',', 1)[1]},7" for row in rows]
        return written(tmp_path / name, "\n".join([head, *lines]) + "\n")

    early = won("a.csv", "1,2026-01-21,2026-01-01,Paid Search", "2,2026-01-11,2026-01-01,Email Marketing")
    late = won("b.csv", "3,2026-01-31,2026-01-01,", "4,2026-02-11,2026-02-01,Paid Search")
    take(small_book, early, late)

    def median(place: str, period: str = "2026-01") -> object:
        return figure(small_book, f'=KPI("days_to_close","{place}","{period}",Data)')

    assert [median(place) for place in ("All", "Paid ads", "Email", "(not attributed)")] == [20, 20, 10, "#N/A"]
    assert (median("All", "2026-02"), median("All", "2026-Q1")) == (10, "#N/A")
    lines = SavedBook(small_book).content(CATALOGUE).imports
    assert {(each.rows_total, each.file_total) for each in lines if each.measure == "days_to_close"} == {(None, None)}
    data = small_book.read_bytes()
    assert take(small_book, late, early).nothing_new
    assert small_book.read_bytes() == data
    report = take(
        small_book, won("c.csv", "1,2026-01-21,2026-01-01,Paid Search", "4,2026-02-11,2026-02-12,Paid Search")
    )
    assert [median(place) for place in ("All", "Paid ads", "Email")] == [20, 20, "#N/A"]
    assert median("All", "2026-02") == "#N/A"
    assert "Median days to close a median of 1 rows" in report_text(report, CATALOGUE, verbose=True)


def test_two_figures_of_what_does_not_add_up_are_none(small_book: Path, tmp_path: Path) -> None:
    head = "month,channel,campaign,days_to_close,leads\n"
    rows = "2026-01,Email,Brand,20,1\n2026-01,Email,brand,30,2\n2026-01,,,40,3\n2026-01,(not attributed),,50,4\n"
    report = take(small_book, written(tmp_path / "typed.csv", head + rows))
    assert {key[:3] for key in recorded(small_book) if key[0] == "Median days to close"} == set()
    assert {values[0] for key, values in recorded(small_book).items() if key[0] == "Leads" and values} >= {3, 7}
    assert sum("left out: it has two figures, which do not add up" in note for note in report.notes) == 2


def test_data_s_cached_token_is_that_of_the_tables_in_the_file(small_book: Path, exports: Path) -> None:
    """Else a host that is asked for the token before it recalculates does not know it, and answers #N/A."""
    file = written(exports / "tenths.csv", "month,channel,campaign,spend\n2026-01,Podcast,,0.1\n2026-01,Podcast,,0.2\n")
    take(small_book, file)
    cached = openpyxl.load_workbook(small_book, data_only=True)["Settings"]["B3"].value
    assert str(cached).startswith("xl-lifecycle ")
    assert figure(small_book, "=Data") == cached


def test_the_order_and_the_way_of_giving_files_do_not_matter(small_book: Path, exports: Path) -> None:
    files = sorted(exports.iterdir())
    results = set()
    for n, order in enumerate([files, files[::-1], [exports]]):
        copy = Path(shutil.copy(small_book, small_book.with_name(f"copy{n}.xlsx")))
        take(copy, *order)
        results.add(copy.read_bytes())
    assert len(results) == 1


def test_one_after_the_other_is_like_all_together(small_book: Path, exports: Path) -> None:
    together = Path(shutil.copy(small_book, small_book.with_name("together.xlsx")))
    take(together, exports)
    for file in sorted(exports.iterdir()):
        take(small_book, file)
    assert recorded(small_book) == recorded(together)


# All or nothing


def unchanged(book: Path, before: tuple[bytes, float]) -> bool:
    return (book.read_bytes(), book.stat().st_mtime) == before and [p.name for p in book.parent.iterdir()] == [
        book.name
    ]


def state(book: Path) -> tuple[bytes, float]:
    return book.read_bytes(), book.stat().st_mtime


def test_a_dry_run_reports_and_writes_nothing(small_book: Path, exports: Path) -> None:
    before = state(small_book)
    report = take(small_book, exports, dry_run=True)
    assert unchanged(small_book, before)
    written_report = take(small_book, exports)
    assert (report.added, report.changed, report.lines) == (
        written_report.added,
        written_report.changed,
        written_report.lines,
    )


BAD = {
    "empty.csv": "",
    "text.csv": "month,channel,spend\n2026-01,Email,much\n",
    "no-total.csv": 'Campaign report\n"January 1, 2026 - January 31, 2026"\nCampaign,Impr.,Clicks,Currency code,Cost\n'
    "Brand,1,1,EUR,5\nTotal: Campaigns,1,1,EUR,6\n",
    "all.csv": "month,channel,spend\n2026-01,All,5\n",
    "slash.csv": "month,channel,spend\n2026-01,TV/Radio,5\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_source_that_fails_leaves_the_workbook_as_it_was(small_book: Path, exports: Path, name: str) -> None:
    """Also when all other sources are good."""
    before = state(small_book)
    written(exports / name, BAD[name])
    with pytest.raises(SourceError) as raised:
        take(small_book, exports)
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)
    assert unchanged(small_book, before)


def test_a_missing_source_and_an_empty_folder(small_book: Path, tmp_path: Path) -> None:
    before = state(small_book)
    (tmp_path / "nothing").mkdir()
    for source in (tmp_path / "nowhere.csv", tmp_path / "nothing"):
        with pytest.raises(SourceError, match=source.name):
            take(small_book, source)
    assert unchanged(small_book, before)


@pytest.mark.parametrize("failing", ["os.replace", "os.chmod", "os.fsync"])
def test_a_failure_while_writing_leaves_the_workbook_as_it_was(
    small_book: Path, exports: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "denied")

    before = state(small_book)
    monkeypatch.setattr(failing, fail)
    with pytest.raises(BookError, match="cannot be written"):
        take(small_book, exports)
    monkeypatch.undo()
    assert unchanged(small_book, before)


def test_a_failure_of_our_own_while_writing_leaves_no_file(
    small_book: Path, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(small_book)
    monkeypatch.setattr("xl_lifecycle.commands.refresh.recalculate", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(small_book, exports)
    assert unchanged(small_book, before)


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_workbook_that_is_open_elsewhere_is_refused(small_book: Path, exports: Path, lock: str) -> None:
    data = small_book.read_bytes()
    held = written(small_book.with_name(lock.format(small_book.name)), "")
    with pytest.raises(BookError, match="is open in Excel or LibreOffice"):
        take(small_book, exports)
    assert small_book.read_bytes() == data
    held.unlink()
    assert take(small_book, exports).added


@needs_rights
def test_rights_are_kept(small_book: Path, exports: Path) -> None:
    small_book.chmod(0o640)
    take(small_book, exports)
    assert small_book.stat().st_mode & 0o777 == 0o640


@needs_links
def test_a_link_to_a_workbook_stays_a_link(small_book: Path, exports: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(small_book)
    take(link, exports)
    assert link.is_symlink()
    assert spend(small_book)["2026-01", "Paid ads", "Brand"] == [60.25]


# Overlaps and changes


def test_a_file_given_twice_counts_once(small_book: Path, exports: Path) -> None:
    shutil.copy(exports / "ads.csv", exports / "copy of ads.csv")
    report = take(small_book, exports)
    assert figure(small_book, '=KPI("spend","Paid ads","2026-01",Data)') == 100.75
    assert any("counted once" in note for note in report.notes)


def test_files_that_overlap_and_agree_count_once(small_book: Path, exports: Path) -> None:
    ads(exports, {"Brand": 20.25, "Generic": 10}, "January 1, 2026 - January 15, 2026", "half.csv")
    take(small_book, exports)
    assert figure(small_book, '=KPI("spend","Paid ads","2026-01",Data)') == 100.75


def test_files_that_overlap_and_disagree_are_refused(small_book: Path, exports: Path) -> None:
    before = state(small_book)
    ads(exports, {"Brand": 61, "Generic": 40.5}, name="later.csv")
    with pytest.raises(SourceError, match=r"ads\.csv.*later\.csv.*disagree"):
        take(small_book, exports)
    assert unchanged(small_book, before)


def test_a_changed_value_is_taken_and_reported_with_the_old_one(small_book: Path, exports: Path) -> None:
    take(small_book, exports)
    report = take(small_book, ads(exports, {"Brand": 70, "Generic": 40.5}))
    assert report.added == 0
    assert [change for change in report.changed if "spend" in change] == ["spend 2026-01 Paid ads/Brand: 60.25 -> 70"]
    assert spend(small_book)["2026-01", "Paid ads", "Brand"] == [70]


def test_large_values_are_reported_in_full(small_book: Path, exports: Path) -> None:
    take(small_book, ads(exports, {"Brand": 1234567.25}))
    report = take(small_book, ads(exports, {"Brand": 1234568.25}))
    (change,) = (change for change in report.changed if "spend" in change)
    before, after = change.split(": ", 1)[1].split(" -> ")
    assert before != after, change


def test_a_campaign_that_left_the_export_leaves_the_table_and_is_reported(small_book: Path, exports: Path) -> None:
    take(small_book, exports)
    report = take(small_book, ads(exports, {"Brand": 60.25}))
    assert ("2026-01", "Paid ads", "Generic") not in spend(small_book)
    assert any("Generic" in change for change in report.changed), "40.5 is gone without a word"


def test_a_deal_that_moved_to_another_channel_counts_once(small_book: Path, exports: Path) -> None:
    """The export speaks for the whole company: what it does not name any more is 0, not what it was."""
    one = "1,Closed Won,500,2026-01-10,{},77"
    two = "2,Closed Won,300,2026-01-11,Email Marketing,78"
    take(small_book, deals(exports, one.format("Referrals"), two))
    assert figure(small_book, '=KPI("sales_revenue","All","2026-01",Data)') == 800
    take(small_book, deals(exports, one.format("Paid Search"), two))
    assert figure(small_book, '=KPI("sales_revenue","Paid ads","2026-01",Data)') == 500
    assert figure(small_book, '=KPI("sales_revenue","All","2026-01",Data)') == 800


def test_a_month_without_rows_in_the_new_export_is_not_what_it_was(small_book: Path, exports: Path) -> None:
    """A deal that moved from January to February, in one export of both months."""
    rows = ["2,Closed Won,300,2026-02-11,Email Marketing,78", "3,Closed Lost,1,2026-01-02,Referrals,79"]
    take(small_book, deals(exports, "1,Closed Won,500,2026-01-10,Referrals,77", *rows))
    take(small_book, deals(exports, "1,Closed Won,500,2026-02-10,Referrals,77", *rows))
    assert figure(small_book, '=KPI("sales_revenue","All","2026-01:2026-02",Data)') == 800


def test_a_whole_month_after_a_part_of_it_is_a_complete_month(small_book: Path, exports: Path) -> None:
    """Relative periods end at the last complete month: the older import does not keep the month in parts."""
    take(small_book, ads(exports, {"Brand": 20}, "January 1, 2026 - January 15, 2026", "half.csv"))
    take(small_book, ads(exports, {"Brand": 60}, name="whole.csv"))
    book = Calc(Functions(CATALOGUE), small_book)
    assert book.evaluate('=KPI("ad_conversions","Paid ads","last 1 month",Data)') == 1
    assert book.evaluate('=KPI("ad_conversions","Paid ads","YTD",Data)') == 1


def test_typed_twice_is_summed_and_stays_so(small_book: Path, exports: Path, edit: Edit, table_cell: Any) -> None:
    """Two rows of one month and channel add up; a refresh of something else must not lose one."""

    def repeat(book: Any) -> None:
        for column in range(4):
            table_cell(book, "Costs", 3, column).value = table_cell(book, "Costs", 2, column).value
        table_cell(book, "Costs", 3, "Marketing spend").value = 25

    edit(small_book, repeat)
    before = figure(small_book, '=KPI("spend","Email","2026-01",Data)')
    assert before == 125
    take(small_book, exports / "ads.csv")
    assert figure(small_book, '=KPI("spend","Email","2026-01",Data)') == before


# What people put there


def test_what_people_typed_elsewhere_survives(small_book: Path, exports: Path) -> None:
    before = recorded(small_book)
    take(small_book, exports)
    after = recorded(small_book)
    owned = {"Paid ads"}, {"Marketing spend", "New customers", "Visitors", "Leads"}
    kept = {
        key: value
        for key, value in before.items()
        if not (key[2] in owned[0] or key[0] in owned[1] - {"Marketing spend"})
    }
    assert len(kept) >= 5
    assert {key: after.get(key) for key in kept} == kept


def test_imported_campaigns_replace_a_typed_whole(small_book: Path, exports: Path) -> None:
    assert spend(small_book)["2026-01", "Paid ads", ""] == [999]
    report = take(small_book, exports)
    paid = {key: value for key, value in spend(small_book).items() if key[1] == "Paid ads"}
    assert paid == {("2026-01", "Paid ads", "Brand"): [60.25], ("2026-01", "Paid ads", "Generic"): [40.5]}
    assert figure(small_book, '=KPI("spend","Paid ads","2026-01",Data)') == 100.75
    assert any("999" in line for line in report.changed), "a typed value is gone without a word"


def test_pickers_targets_settings_and_channels_survive(small_book: Path, exports: Path) -> None:
    before = openpyxl.load_workbook(small_book)
    take(small_book, exports)
    after = openpyxl.load_workbook(small_book)
    for book in (before, after):
        assert (book["Overview"]["B4"].value, book["Overview"]["B6"].value) == ("Email", "2026-02")
        assert book["Metrics"]["B4"].value == "spend"
        assert str(book["Attract"]["B6"].value).startswith("=Settings!")
    for table, sheet in (("Settings", "Settings"), ("Channels", "Settings"), ("Targets", "Targets")):
        one, two = (
            [[c.value for c in row] for row in book[sheet][book[sheet].tables[table].ref]] for book in (before, after)
        )
        assert one == two
    values = [row[1] for row in after["Settings"].iter_rows(7, 11, 1, 2, values_only=True)]
    assert values == ["2026-Q1", "EUR", "en", 4, "start"]


def test_a_picked_period_of_any_kind_survives(small_book: Path, exports: Path, edit: Edit) -> None:
    picked = {"Email": 2026, "Podcast": "YTD", "Paid ads": "FY2026-Q1", "Attract": dt.datetime(2026, 2, 1)}

    def pick(book: Any) -> None:
        for sheet, period in picked.items():
            book[sheet]["B5"] = period

    edit(small_book, pick)
    formulas = [f'=KPI("spend","Email",\'{sheet}\'!B5,Data)' for sheet in picked]
    before = [figure(small_book, formula) for formula in formulas]
    take(small_book, exports)
    assert [figure(small_book, formula) for formula in formulas] == before
    book = openpyxl.load_workbook(small_book)
    assert [book[sheet]["B5"].value for sheet in ("Email", "Podcast", "Paid ads")] == [2026, "YTD", "FY2026-Q1"]


def test_unreadable_input_stays_as_typed_and_an_error(
    small_book: Path, exports: Path, edit: Edit, table_cell: Any
) -> None:
    def mistype(book: Any) -> None:
        table_cell(book, "Costs", 2, "Marketing spend").value = "about 100"
        table_cell(book, "Costs", 9, "Month").value = "someday"
        table_cell(book, "Costs", 9, "Marketing spend").value = 1

    edit(small_book, mistype)
    assert figure(small_book, '=KPI("spend","Email","2026-01",Data)') == "#VALUE!"
    take(small_book, exports)
    assert spend(small_book)["2026-01", "Email", ""] == ["about 100"]
    assert figure(small_book, '=KPI("spend","Email","2026-01",Data)') == "#VALUE!"
    assert ("someday", "Podcast", "") in spend(small_book)


def test_text_like_a_formula_from_an_export_stays_text(small_book: Path, exports: Path) -> None:
    take(small_book, ads(exports, {"=1+1": 5, "@SUM(A1)": 6, "-minus": 7, "+plus": 8}))
    table = openpyxl.load_workbook(small_book)["Costs"]
    found = {cell.value: cell.data_type for row in table.iter_rows() for cell in row if str(cell.value)[:1] in "=@-+"}
    assert found == {"=1+1": "s", "@SUM(A1)": "s", "-minus": "s", "+plus": "s"}
    assert take(small_book, ads(exports, {"=1+1": 5, "@SUM(A1)": 6, "-minus": 7, "+plus": 8})).changed == []


# What a workbook made anew from what it records would not have


def add_column(book: Any) -> None:
    sheet = book["Costs"]
    table = sheet.tables["Costs"]
    first, last = table.ref.split(":")
    column = sheet[last].column + 1
    head = sheet.cell(sheet[first].row, column, "My own")
    sheet.cell(head.row + 1, column, 5)
    table.ref = f"{first}:{sheet.cell(sheet[last].row, column).coordinate}"
    table.tableColumns.append(openpyxl.worksheet.table.TableColumn(id=column, name="My own"))
    table.autoFilter.ref = table.ref


def add_chart(book: Any) -> None:
    chart = BarChart()
    chart.add_data(Reference(book["Costs"], min_col=4, min_row=5, max_row=8))
    book["Settings"].add_chart(chart, "A40")


def add_formula(book: Any) -> None:
    book["Costs"]["D5"] = "=1+1"


def add_rule(book: Any) -> None:
    rule = CellIsRule(operator="greaterThan", formula=["100"], fill=PatternFill("solid", bgColor="FF0000"))
    book["Costs"].conditional_formatting.add("D5:D20", rule)


def add_choice(book: Any) -> None:
    choice = DataValidation(type="list", formula1='"Brand,Generic"')
    choice.add("C5:C20")
    book["Costs"].add_data_validation(choice)


# What is changed, and how a refusal names it.
FOREIGN: dict[str, tuple[Callable[[Any], object], str]] = {
    "a cell": (lambda book: book["Overview"].__setitem__("T40", "mine"), "Overview!T40 holds 'mine'"),
    "a changed text": (lambda book: book["Overview"].__setitem__("A1", "Our company"), "Overview!A1 holds"),
    "a formula": (lambda book: book["Start"].__setitem__("H3", '=CAC("All","all",Data)'), "Start!H3 holds"),
    "a changed formula": (lambda book: book["Settings"].__setitem__("B3", "=DATASET(Costs[#All])"), "Settings!B3 holds"),
    "a comment": (lambda book: setattr(book["Costs"]["D6"], "comment", Comment("why?", "me")), "Costs!D6 has a comment"),
    "a sheet": (lambda book: book.create_sheet("Mine"), "sheet Mine"),
    "a column": (add_column, 'a column "My own"'),
    "a formula in a table": (add_formula, "Costs!D5 holds a formula"),
    "a chart": (add_chart, "Settings has a chart"),
    "a name": (lambda book: book.defined_names.add(DefinedName("Mine", attr_text="Costs!$A$1")), "name Mine"),
    "a changed name": (lambda book: setattr(book.defined_names["Data"], "attr_text", "Start!$A$1"), "name Data"),
    "a rule of colour": (add_rule, "Costs has a rule"),
    "a choice": (add_choice, "Costs has a list"),
    "merged cells": (lambda book: book["Start"].merge_cells("F30:G31"), "Start has merged cells"),
    "a colour": (
        lambda book: setattr(book["Costs"]["D7"], "fill", PatternFill("solid", fgColor="FF0000")), "Costs!D7 has a colour"
    ),
    "a link": (lambda book: setattr(book["Costs"]["C7"], "hyperlink", "http://example.com"), "Costs!C7 has a link"),
    "a hidden sheet": (lambda book: setattr(book["Items"], "sheet_state", "hidden"), "Items has a state"),
    "another order": (lambda book: book.move_sheet("Costs", -5), "in another place"),
    "a protected sheet": (lambda book: setattr(book["Costs"].protection, "sheet", True), "Costs has a protection"),
}  # fmt: skip


@pytest.fixture(scope="module")
def foreign_parts(small_original: Path, tmp_path_factory: pytest.TempPathFactory, edit: Edit) -> list[str]:
    """The differences of a workbook that has all of them."""
    path = Path(shutil.copy(small_original, tmp_path_factory.mktemp("foreign") / "foreign.xlsx"))
    edit(path, lambda book: [change(book) for change, _ in FOREIGN.values()])
    return differences(path, SavedBook(path).content(CATALOGUE), CATALOGUE)


@pytest.mark.parametrize("what", FOREIGN)
def test_anything_foreign_is_named_with_its_place(foreign_parts: list[str], what: str) -> None:
    assert any(FOREIGN[what][1] in difference for difference in foreign_parts), foreign_parts


def test_a_workbook_saved_by_another_program_is_still_ours(small_book: Path, exports: Path, edit: Edit) -> None:
    edit(small_book, lambda book: None)
    assert take(small_book, exports).added
    assert SavedBook(small_book)


def test_more_rows_typed_below_a_table_s_last_are_ours(small_book: Path, exports: Path, edit: Edit) -> None:
    def grow(book: Any) -> None:
        sheet = book["Costs"]
        table = sheet.tables["Costs"]
        first, last = table.ref.split(":")
        row = sheet[last].row + 1
        for column, value in enumerate((dt.datetime(2026, 4, 1), "Email", "Spring", 12.5), 1):
            sheet.cell(row, column, value)
        table.ref = table.autoFilter.ref = f"{first}:{sheet.cell(row, sheet[last].column).coordinate}"

    edit(small_book, grow)
    take(small_book, exports)
    assert spend(small_book)["2026-04", "Email", "Spring"] == [12.5]


def test_a_target_typed_below_is_ours(small_book: Path, exports: Path, edit: Edit) -> None:
    def grow(book: Any) -> None:
        sheet = book["Targets"]
        table = sheet.tables["Targets"]
        row = sheet[table.ref.split(":")[1]].row + 1
        for column, value in enumerate(("CPL", "Email", "2026-01", 9.5), 1):
            sheet.cell(row, column, value)
        table.ref = table.autoFilter.ref = f"A4:F{row}"

    edit(small_book, grow)
    take(small_book, exports)
    rows = [row[:4] for row in openpyxl.load_workbook(small_book)["Targets"].iter_rows(values_only=True)]
    assert ("CPL", "Email", "2026-01", 9.5) in rows


def test_a_file_that_is_none_of_ours(tmp_path: Path, exports: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(plain)
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(damaged, "w") as file:
        file.writestr("xl/workbook.xml", "<broken")
    for path, text in (
        (plain, "has no table"),
        (damaged, "is not an Excel workbook"),
        (tmp_path, "is not an Excel workbook"),
        (written(tmp_path / "text.xlsx", "text"), "is not an Excel"),
        (tmp_path / "no.xlsx", "does not exist"),
    ):
        with pytest.raises(BookError, match=text) as raised:
            take(path, exports)
        assert "\n" not in str(raised.value)


def numbers_of(content: Any) -> Iterator[float]:
    for rows in content.rows.values():
        for row in rows:
            yield from row.values.values()


def test_a_failed_first_save_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xl_lifecycle.hosts.save.write_book", lambda *_: 1 / 0)
    content = empty(["Email"], [2026 * 12], Settings())
    assert list(numbers_of(content)) == []
    assert set(content.rows) == set(InputTable) - {InputTable.ITEMS}
    with pytest.raises(ZeroDivisionError):
        save(content, tmp_path / "new.xlsx", CATALOGUE)
    assert list(tmp_path.iterdir()) == []


# The rules that people own


def type_rules(path: Path, edit: Edit, table_cell: Any, table: str, *rows: list[object]) -> None:
    def change(book: Any) -> None:
        for i, row in enumerate(rows, 1):
            for j, value in enumerate(row):
                table_cell(book, table, i, j).value = value

    edit(path, change)


def test_rules_are_kept_by_a_refresh_and_hold_again(
    small_book: Path, exports: Path, edit: Edit, table_cell: Any
) -> None:
    type_rules(small_book, edit, table_cell, "ChannelRules", ["Google Ads", None, "br?nd", "Podcast", "Ours"])
    type_rules(small_book, edit, table_cell, "LeadDefinitions", ["Won deals", "HubSpot", "Deal Stage", "Signed"])
    type_rules(small_book, edit, table_cell, "SourceRules", ["Marketing spend", "Google Ads campaign report"])
    type_rules(small_book, edit, table_cell, "ExchangeRates", ["USD", dt.datetime(2026, 1, 1), 0.9])
    type_rules(small_book, edit, table_cell, "Networks", ["LinkedIn"])
    edit(small_book, lambda book: setattr(table_cell(book, "Settings", 7, 1), "value", "old.csv"))
    before = SavedBook(small_book).content(CATALOGUE)
    take(small_book, exports)
    assert spend(small_book)["2026-01", "Podcast", "Ours"] == [60.25]
    after = SavedBook(small_book).content(CATALOGUE)
    assert after.rules == before.rules
    assert after.settings.prefer == "old.csv"
    assert len(after.rules.tables) == 5
    assert take(small_book, exports).nothing_new


def test_a_bad_rule_is_refused_with_its_cell(small_book: Path, exports: Path, edit: Edit, table_cell: Any) -> None:
    type_rules(small_book, edit, table_cell, "ExchangeRates", ["USD", "2026-01", "much"])
    before = state(small_book)
    with pytest.raises(BookError, match=r'Settings![A-Z]+7: "much" is not a rate: write a number above 0; correct it'):
        take(small_book, exports)
    assert unchanged(small_book, before)


def test_another_currency_needs_a_rate(small_book: Path, exports: Path, edit: Edit, table_cell: Any) -> None:
    path = exports / "ads.csv"
    path.write_text(path.read_text("utf-8").replace("EUR", "USD"), encoding="utf-8")
    before = state(small_book)
    with pytest.raises(
        SourceError, match=r"ads\.csv is in USD, the workbook in EUR: write the rate of USD from 2026-01"
    ):
        take(small_book, exports)
    assert unchanged(small_book, before)
    type_rules(small_book, edit, table_cell, "ExchangeRates", ["USD", "2025-06", 0.5])
    report = take(small_book, exports)
    assert spend(small_book)["2026-01", "Paid ads", "Brand"] == [30.125]
    assert any("ads.csv: USD converted at 0.5 EUR, the rate from 2025-06" in note for note in report.notes)


def test_a_file_is_preferred(small_book: Path, exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ads(exports, {"Brand": 61, "Generic": 40.5}, name="later.csv")
    command = ["refresh", str(small_book), str(exports)]
    assert main(command) == 1
    assert "--prefer FILE" in capsys.readouterr().err
    assert main([*command, "--prefer", "latest.csv"]) == 1
    assert "--prefer latest.csv: no file with this name was read" in capsys.readouterr().err
    assert main([*command, "--prefer", str(exports / "later.csv")]) == 0
    assert (
        "later.csv is used where ads.csv disagrees (preferred): spend of Paid ads is 101.5" in capsys.readouterr().out
    )
    assert spend(small_book)["2026-01", "Paid ads", "Brand"] == [61]


def test_what_a_source_brought_goes_when_another_is_named(
    small_book: Path, exports: Path, edit: Edit, table_cell: Any
) -> None:
    """Otherwise Stripe's sales, without a channel, would stay beside those of the deals."""
    stripe = written(
        exports.parent / "stripe" / "stripe.csv",
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Customer ID\n"
        "ch_1,2026-01-10 10:00,500,0,eur,Paid,cus_1\nch_2,2026-03-11 10:00,70,0,eur,Paid,cus_2\n",
    )
    take(small_book, stripe)
    assert figure(small_book, '=KPI("sales_revenue","All","2026",Data)') == 570
    type_rules(small_book, edit, table_cell, "SourceRules", ["Sales revenue", "HubSpot deals"], ["sales", "HubSpot"])
    for _ in range(2):
        take(small_book, exports, stripe)
        assert figure(small_book, '=KPI("sales_revenue","All","2026",Data)') == 800
        assert figure(small_book, '=KPI("sales","All","2026",Data)') == 2
    assert "buying_customers" in {line.measure for line in SavedBook(small_book).content(CATALOGUE).imports}
    take(small_book, stripe)  # alone it does not bring them back, and takes nothing away
    assert figure(small_book, '=KPI("sales_revenue","All","2026",Data)') == 800


def test_every_file_and_measure_is_on_screen_and_on_a_sheet(small_book: Path, exports: Path) -> None:
    report = take(small_book, exports)
    output = report_text(report, CATALOGUE, verbose=True)
    imports = {(line.file, line.measure) for line in SavedBook(small_book).content(CATALOGUE).imports}
    assert {(line.file, line.measure) for line in report.lines} == imports
    assert {file for file, _ in imports} == {"ads.csv", "deals.csv", "typed.csv"}
    for file, measure in imports:
        label = CATALOGUE.measures[measure].title
        assert any(file in line and f": {label} " in line for line in output.splitlines()), (file, measure)
