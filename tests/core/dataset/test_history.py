"""Values that refreshes change: the old values are stored, and a dataset can be read as of any day."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_lifecycle.content.content import DATASET_TABLES, INPUT_TABLES, Content, ItemRow, empty
from xl_lifecycle.content.read_content import read_content
from xl_lifecycle.core.cells.errors import ExcelError, Refusal, SourceError
from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.cells.values import Grid
from xl_lifecycle.core.dataset.dataset import Dataset, Selection
from xl_lifecycle.core.dataset.read_tables import read_tables
from xl_lifecycle.core.dataset.tables import Settings, Tables
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.exports import combine
from xl_lifecycle.exports.declaration import titles
from xl_lifecycle.exports.read_export import read_cells
from xl_lifecycle.refresh.merge import Report, merge

CATALOGUE = FUNCTIONS.catalogue
JAN = 24312
DAYS = [dt.date(2026, 4, 2), dt.date(2026, 5, 3), dt.date(2026, 6, 4), dt.date(2026, 7, 5), dt.date(2026, 8, 6)]
Export = tuple[str, list[list[object]]]


class Book:
    """A workbook's content, refreshed on some days; between refreshes it is written into tables and read again."""

    def __init__(self, language: str = "en", typed: Mapping[tuple[str, int], float] | None = None) -> None:
        self.content = empty(["Paid ads", "Email", "Podcast"], range(JAN, JAN + 3), Settings(language=language))
        for row in self.content.rows[InputTable.COSTS]:
            spend = (typed or {}).get((row.channel, int(row.month or 0)))
            row.values |= {} if spend is None else {"spend": spend}
        for (channel, month), rank in (typed or {}).items():
            item = "crm" if channel == "Email" else channel
            self.content.items.append(ItemRow(month, "keyword", item, channel, "rank", rank))

    def refresh(self, day: dt.date | None, *exports: Export) -> Report:
        imports = [read_cells(name, rows) for name, rows in exports]
        report = merge(self.content, combine(imports), len(imports), CATALOGUE, day)
        self.content = read_content(self.tables, self.grids, CATALOGUE, titles())
        return report

    @property
    def grids(self) -> dict[str, Grid]:
        return grids_of(self.content)

    @property
    def tables(self) -> Tables:
        return read_tables({name: self.grids[name] for name in DATASET_TABLES}, CATALOGUE)

    @property
    def dataset(self) -> Dataset:
        return Dataset(self.tables)

    def value(self, name: str, channel: str, period: str, day: dt.date | None = None) -> object:
        """The value of a cell; with a day, its value with AS_OF."""
        functions = Functions(CATALOGUE)
        token = functions.call("DATASET", [self.grids[name] for name in DATASET_TABLES])
        if day:
            token = functions.call("AS_OF", [str(day), token])
        return functions.call("KPI", [name, channel, period, token])


def grids_of(content: Content) -> dict[str, Grid]:
    grids: dict[str, Grid] = {table.value: content.input_grid(table, CATALOGUE) for table in INPUT_TABLES}
    return grids | {
        "Items": content.item_grid(CATALOGUE),
        "Settings": content.setting_grid(),
        "Channels": [["Channel"], *([channel] for channel in content.channels)],
        "Imports": content.import_grid(CATALOGUE),
        **{name: content.rule_grids()[name] for name in ("Networks", "CustomMetrics")},
        "Revisions": content.revision_grid(CATALOGUE),
        "Targets": [["Metric", "Channel", "Period", "Target"]],
    }


def ads(first: dt.date, last: dt.date, spend: Mapping[str, float], file: str = "ads") -> Export:
    """A Google Ads campaign report."""
    rows: list[list[object]] = [
        ["Campaign report"],
        [f"{first:%B} {first.day}, {first.year} - {last:%B} {last.day}, {last.year}"],
    ]
    rows.append(["Campaign", "Impr.", "Clicks", "Currency code", "Cost", "Conversions"])
    rows += [[campaign, 100, 10, "EUR", cost, 1] for campaign, cost in spend.items()]
    return file, [
        *rows,
        ["Total: Campaigns", 100 * len(spend), 10 * len(spend), "EUR", sum(spend.values()), len(spend)],
    ]


def month_of_ads(month: int, spend: Mapping[str, float], file: str = "ads") -> Export:
    year, at = divmod(month, 12)
    last = dt.date(year, at + 1, calendar.monthrange(year, at + 1)[1])
    return ads(last.replace(day=1), last, spend, file)


def plain(rows: Mapping[tuple[int, str, str], float], file: str = "costs", measure: str = "Spend") -> Export:
    head = ["Month", "Channel", "Campaign", measure]
    return file, [head, *([month_text(month), channel, campaign, v] for (month, channel, campaign), v in rows.items())]


def trends(values: Mapping[int, float], term: str = "chess", file: str = "trends") -> Export:
    """A Google Trends export: each one restates the values of the earlier ones."""
    rows: list[list[object]] = [["Category: All categories"], [None], ["Month", f"{term}: (Worldwide)"]]
    return file, [*rows, *([month_text(month), value] for month, value in values.items())]


def items(values: Mapping[tuple[int, str], float], file: str = "keywords") -> Export:
    head = ["Month", "Kind", "Item", "Channel", "Measure", "Value"]
    return file, [head, *([month_text(m), "Keyword", i, "Email", "Rank", v] for (m, i), v in values.items())]


def revisions_of(book: Book) -> list[tuple[object, ...]]:
    """The revisions, as (changed on, month, campaign or item, measure, old, old of, new)."""
    return [
        (r.changed_on, r.month - JAN, r.item[1] if r.item else r.campaign, r.measure, r.old, r.old_of, r.new)
        for r in book.content.revisions or ()
    ]


def spend_only(book: Book) -> list[tuple[object, ...]]:
    return [row[:3] + row[4:] for row in revisions_of(book) if row[3] == "spend"]


# When something was read


def test_a_line_says_when_it_was_read_first() -> None:
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60}))
    assert {line.read for line in book.content.imports} == {((None, DAYS[0]),)}
    assert {row[-1] for row in book.grids["Imports"][1:]} == {"2026-04-02"}


@pytest.mark.parametrize(("language", "since"), [("en", "from {}"), ("ko", "{}부터"), ("ja", "{}から")])
def test_a_wider_line_keeps_the_days_of_those_it_replaces(language: str, since: str) -> None:
    book = Book(language)
    rows = {(JAN, "Email", ""): 1.0}
    book.refresh(DAYS[1], plain(rows))
    book.refresh(DAYS[2], plain(rows | {(JAN + 1, "Email", ""): 2.0}))
    (read_on,) = (row[-1] for row in book.grids["Imports"][1:] if row[1] == "costs")
    assert read_on == f"2026-05-03; {since.format('2026-02')}: 2026-06-04"
    (line,) = (line for line in book.content.imports if line.file == "costs")
    assert line.read == ((None, DAYS[1]), (dt.date(2026, 2, 1), DAYS[2]))


def test_the_same_again_changes_nothing_not_even_a_day() -> None:
    book = Book()
    exports = [month_of_ads(JAN, {"Brand": 60}), trends({JAN: 50, JAN + 1: 60}), items({(JAN, "crm"): 3})]
    book.refresh(DAYS[0], *exports)
    before = book.grids
    report = book.refresh(DAYS[1], *exports)
    assert report.nothing_new
    assert book.grids == before
    assert revisions_of(book) == []


def test_without_a_day_none_is_recorded_and_the_same_again_changes_nothing() -> None:
    book = Book()
    export = month_of_ads(JAN, {"Brand": 60})
    assert book.refresh(None, export).revisions == []
    assert {row[-1] for row in book.grids["Imports"][1:]} == {None}
    assert book.refresh(DAYS[1], export).nothing_new


# What a refresh changes


def test_a_restated_value_is_kept_with_both_days() -> None:
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60, "Generic": 40}))
    report = book.refresh(DAYS[1], month_of_ads(JAN, {"Brand": 70, "Generic": 40}))
    assert report.changed == ["spend 2026-01 Paid ads/Brand: 60 -> 70"]
    assert spend_only(book) == [(DAYS[1], 0, "Brand", 60, DAYS[0], 70)]
    (revision,) = book.content.revisions or ()
    assert (revision.channel, revision.source, revision.file) == ("Paid ads", "Google Ads campaign report", "ads")
    assert book.value("spend", "Paid ads", "2026-01", DAYS[0]) == 100
    assert book.value("spend", "Paid ads", "2026-01", DAYS[1]) == book.value("spend", "Paid ads", "2026-01") == 110


def test_three_restatements_are_each_found() -> None:
    book = Book()
    for day, spend in zip(DAYS, (60, 70, 80, 90), strict=False):
        book.refresh(day, month_of_ads(JAN, {"Brand": spend}))
    assert spend_only(book) == [
        (DAYS[1], 0, "Brand", 60, DAYS[0], 70),
        (DAYS[2], 0, "Brand", 70, DAYS[1], 80),
        (DAYS[3], 0, "Brand", 80, DAYS[2], 90),
    ]
    values = [book.value("spend", "Paid ads", "2026-01", day) for day in DAYS]
    assert values == [60, 70, 80, 90, 90]
    assert book.value("spend", "Paid ads", "2026-01", dt.date(2026, 6, 30)) == 80
    assert book.value("spend", "Paid ads", "2026-01", dt.date(2026, 4, 1)) is ExcelError.NA


def test_a_value_that_vanished_is_kept_and_comes_back_as_of_then() -> None:
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60, "Generic": 40}))
    book.refresh(DAYS[1], month_of_ads(JAN, {"Brand": 60}))
    assert spend_only(book) == [(DAYS[1], 0, "Generic", 40, DAYS[0], None)]
    assert book.value("spend", "Paid ads/Generic", "2026-01", DAYS[0]) == 40
    assert book.value("spend", "Paid ads", "2026-01", DAYS[0]) == 100
    book.refresh(DAYS[2], month_of_ads(JAN, {"Brand": 60, "Generic": 5}))
    assert [book.value("spend", "Paid ads", "2026-01", day) for day in DAYS[:3]] == [100, 60, 65]


def test_a_value_that_appears_in_a_month_read_before_was_not_there_then() -> None:
    """A late conversion: no value is "changed", but the month's total was less."""
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60}))
    report = book.refresh(DAYS[1], month_of_ads(JAN, {"Brand": 60, "Generic": 40}))
    assert report.changed == []
    assert report.added > 0
    assert spend_only(book) == [(DAYS[1], 0, "Generic", None, None, 40)]
    assert book.value("spend", "Paid ads", "2026-01", DAYS[0]) == 60


def test_a_month_read_later_is_unknown_before_and_not_0() -> None:
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60}, "a"))
    book.refresh(DAYS[1], month_of_ads(JAN + 1, {"Brand": 70}, "b"))
    assert revisions_of(book) == []
    assert book.value("spend", "Paid ads", "2026-02", DAYS[0]) is ExcelError.NA
    assert book.value("spend", "Paid ads", "all", DAYS[0]) == 60
    assert book.value("spend", "Paid ads", "all", DAYS[1]) == 130


def test_a_month_of_which_half_was_read_is_partial_as_of_then() -> None:
    book = Book()
    book.refresh(DAYS[0], ads(dt.date(2026, 1, 1), dt.date(2026, 1, 15), {"Brand": 20}))
    book.refresh(DAYS[1], month_of_ads(JAN, {"Brand": 60}))
    assert book.dataset.partial["spend"] == set()
    assert book.dataset.as_of(DAYS[0]).partial["spend"] == {JAN}
    assert book.value("spend", "Paid ads", "2026-01", DAYS[0]) == 20


def test_a_typed_value_is_kept_without_a_day_and_counts_as_always_known() -> None:
    book = Book(typed={("Paid ads", JAN): 999, ("Podcast", JAN): 50})
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60}))
    assert spend_only(book) == [(DAYS[0], 0, "", 999, None, None)]
    assert book.value("spend", "All", "2026-01", dt.date(2025, 1, 1)) == 1049
    assert book.value("spend", "All", "2026-01", DAYS[0]) == 110


def test_a_typed_value_that_an_import_repeats_was_known_before() -> None:
    book = Book(typed={("Email", JAN): 100, ("Podcast", JAN): 50})
    report = book.refresh(DAYS[0], plain({(JAN, "Email", ""): 100}))
    assert report.changed == []
    assert book.value("spend", "All", "2026-01", dt.date(2026, 1, 1)) == 150
    assert book.refresh(DAYS[1], plain({(JAN, "Email", ""): 100})).nothing_new


def test_what_a_person_typed_over_an_import_has_no_day() -> None:
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60}))
    book.refresh(DAYS[1], month_of_ads(JAN, {"Brand": 70}))
    for row in book.content.rows[InputTable.COSTS]:
        if "spend" in row.values:
            row.values["spend"] = 65
    book.refresh(DAYS[2], month_of_ads(JAN, {"Brand": 80}))
    assert spend_only(book)[-1] == (DAYS[2], 0, "Brand", 65, None, 80)


def test_google_trends_pulled_twice_has_two_vintages() -> None:
    book = Book()
    book.refresh(DAYS[0], trends({JAN: 50, JAN + 1: 100}, file="pull 1"))
    book.refresh(DAYS[1], trends({JAN: 25, JAN + 1: 50, JAN + 2: 100}, file="pull 2"))
    assert revisions_of(book) == [
        (DAYS[1], 0, "chess", "search_index", 50, DAYS[0], 25),
        (DAYS[1], 1, "chess", "search_index", 100, DAYS[0], 50),
    ]
    first = [book.value("term:chess", "All", f"2026-0{m}", DAYS[0]) for m in (1, 2, 3)]
    assert first == [50, 100, ExcelError.NA]
    assert [book.value("term:chess", "All", f"2026-0{m}", DAYS[1]) for m in (1, 2, 3)] == [25, 50, 100]


def test_a_table_of_items_grows_by_months_without_revisions() -> None:
    book = Book()
    book.refresh(DAYS[0], items({(JAN, "crm"): 3, (JAN, "erp"): 7}))
    book.refresh(DAYS[1], items({(JAN, "crm"): 3, (JAN, "erp"): 7, (JAN + 1, "crm"): 2}))
    assert revisions_of(book) == []
    book.refresh(DAYS[2], items({(JAN, "crm"): 4, (JAN, "erp"): 7, (JAN + 1, "crm"): 2}))
    assert revisions_of(book) == [(DAYS[2], 0, "crm", "rank", 3, DAYS[0], 4)]
    values = [book.value("keyword:crm", "All", f"2026-0{m}", day) for day in DAYS[:3] for m in (1, 2)]
    assert values == [3, ExcelError.NA, 3, 2, 4, 2]


def test_a_shorter_export_of_the_same_name_leaves_the_other_months_covered() -> None:
    book = Book()
    book.refresh(DAYS[0], plain({(JAN, "Email", ""): 1, (JAN + 1, "Email", ""): 2}))
    book.refresh(DAYS[1], plain({(JAN, "Email", ""): 3}))
    assert book.value("spend", "Email", "2026-02") == 2
    assert book.value("spend", "All", "2026-02", dt.date(2026, 1, 1)) is ExcelError.NA
    assert book.value("spend", "All", "2026-01", DAYS[0]) == 1


def test_a_workbook_made_before_refreshes_with_a_note() -> None:
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60}))
    grids = book.grids
    del grids["Revisions"]
    grids["Imports"] = [row[:-1] for row in grids["Imports"]]
    tables = read_tables({name: grids[name] for name in DATASET_TABLES if name in grids}, CATALOGUE)
    old = read_content(tables, grids, CATALOGUE, titles())
    assert (old.revisions, {line.read for line in old.imports}) == (None, {()})
    name, rows = month_of_ads(JAN, {"Brand": 70})
    report = merge(old, combine([read_cells(name, rows)]), 1, CATALOGUE, DAYS[1])
    assert report.changed == ["spend 2026-01 Paid ads/Brand: 60 -> 70"]
    assert [note for note in report.notes if "Revisions" in note] == [
        "the old values are not stored: this workbook has no table Revisions; a new workbook has one"
    ]


# What cannot be read


def broken(book: Book, table: str, column: int, value: object) -> list[Grid]:
    grids = book.grids
    grids[table] = [list(row) for row in grids[table]]
    grids[table][1][column] = value  # type: ignore[index]
    return [grids[name] for name in DATASET_TABLES]


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("Revisions", 0, "someday", 'Revisions row 2: a revision cannot be read: "someday" is not a day'),
        ("Revisions", 1, "someday", "Revisions row 2: a revision cannot be read: 'someday' is not a month"),
        ("Revisions", 6, "Spendings", 'Revisions row 2: a revision cannot be read: "Spendings" is not a measure'),
        ("Revisions", 7, "much", "Revisions row 2: a revision cannot be read: 'much' is not a number"),
        ("Imports", 9, "a while ago", 'Imports row 2: "a while ago" does not say when it was read'),
    ],
)
def test_a_history_that_cannot_be_read_gives_no_dataset_as_of_then(
    table: str, column: int, value: object, message: str
) -> None:
    """Only AS_OF needs the history: today's figures do not change."""
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60}))
    book.refresh(DAYS[1], month_of_ads(JAN, {"Brand": 70}))
    functions = Functions(CATALOGUE)
    token = functions.call("DATASET", broken(book, table, column, value))
    assert functions.call("KPI", ["spend", "Paid ads", "2026-01", token]) == 70
    assert functions.call("AS_OF", ["2026-04-02", token]) is ExcelError.VALUE
    assert str(functions.refusal).startswith(message)


# As of a day is what was known then


def known(dataset: Dataset) -> dict[object, object]:
    """All that a dataset contains: the covered and complete months of each measure, and the values of each place."""
    values: dict[object, object] = {}
    for measure in CATALOGUE.measures.values():
        values[measure.name] = sorted(dataset.covered(measure.name)), sorted(dataset.complete(measure.name))
        months = sorted(dataset.covered(measure.name))
        for where in _places(dataset):
            try:
                cells = dataset.cells(measure, where, months)
            except Refusal as refusal:
                values[measure.name, where] = refusal.reason
                continue
            values[measure.name, where] = [cell and round(cell.value, 6) for cell in cells]
    for kind, names in dataset.items.items():
        for item in names.values():
            for name in ("rank", "search_index"):
                months = sorted(dataset.covered(name, (kind, item)))
                if months:
                    cells = dataset.cells(CATALOGUE.measures[name], Selection("All", None, (kind, item)), months)
                    values[kind, item, name] = months, [cell and cell.value for cell in cells]
    return values


def _places(dataset: Dataset) -> list[Selection]:
    places = [Selection(), *(Selection(channel) for channel in sorted(dataset.channels))]
    return [*places, *(Selection(channel, "Brand") for channel in ("Paid ads", "Email"))]


months = st.integers(JAN, JAN + 3)
amounts = st.integers(0, 4).map(float)
campaigns = st.dictionaries(st.sampled_from(["Brand", "Generic", "brand "]), amounts, min_size=1, max_size=2)
plains = st.dictionaries(
    st.tuples(months, st.sampled_from(["Email", "Podcast", "Paid ads"]), st.sampled_from(["", "Brand"])),
    amounts,
    min_size=1,
    max_size=4,
)
files = st.sampled_from(["a", "b"])


@st.composite
def reports(draw: st.DrawFn) -> Export:
    start = dt.date(2026, 1, 1) + dt.timedelta(draw(st.sampled_from([0, 0, 9, 31, 59])))
    end = draw(
        st.sampled_from([dt.date(2026, 1, 15), dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31)])
    )
    if end < start or (start.month, end.month) not in ((1, 1), (2, 2), (3, 3)):
        end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
    return ads(start, end, draw(campaigns), draw(files))


exports = st.one_of(
    reports(),
    st.builds(plain, plains, files),
    st.builds(plain, plains, st.just("leads"), st.just("Leads")),
    st.builds(trends, st.dictionaries(months, st.integers(1, 4).map(float), min_size=1, max_size=3), file=files),
    st.builds(
        items, st.dictionaries(st.tuples(months, st.sampled_from(["crm", "erp"])), amounts.map(lambda v: v + 1), min_size=1, max_size=3)
    ),
)  # fmt: skip
steps = st.lists(st.tuples(st.integers(0, 1), st.lists(exports, min_size=1, max_size=2)), min_size=1, max_size=6)
typings = st.dictionaries(
    st.tuples(st.sampled_from(["Paid ads", "Email", "Podcast"]), st.integers(JAN, JAN + 2)), amounts, max_size=3
)


@settings(max_examples=60, deadline=None)
@given(steps=steps, typed=typings)
def test_as_of_a_day_is_what_the_workbook_knew_then(steps: Sequence[tuple[int, list[Export]]], typed: object) -> None:
    book = Book(typed=typed)  # type: ignore[arg-type]
    day = DAYS[0]
    then: dict[dt.date, dict[object, object]] = {day - dt.timedelta(1): known(book.dataset)}
    for later, given_exports in steps:
        day += dt.timedelta(later)
        try:
            book.refresh(day, *given_exports)
        except SourceError:
            continue
        then[day] = known(book.dataset)
    dataset = book.dataset
    for day, expected in then.items():
        values = known(dataset.as_of(day))
        assert {k: v for k, v in values.items() if v != expected.get(k)} == {}
        assert [k for k in expected if k not in values] == []


def test_the_property_would_see_a_difference() -> None:
    book = Book()
    book.refresh(DAYS[0], month_of_ads(JAN, {"Brand": 60}), trends({JAN: 50}))
    before = known(book.dataset)
    book.refresh(DAYS[1], month_of_ads(JAN, {"Brand": 61}), trends({JAN: 50}))
    assert known(book.dataset) != before
    assert known(book.dataset.as_of(DAYS[0])) == before
