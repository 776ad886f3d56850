"""A metric as an Excel function: the result of each way of calling it, for whatever a cell can contain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid, number
from xl_lifecycle.core.dataset.dataset import TOKEN
from xl_lifecycle.core.dataset_store import MOST_DATASETS
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.metric_functions import Caller
from xl_lifecycle.core.wizard import declared_functions, function
from xl_lifecycle.hosts.classic import vba

CATALOGUE = collect()
HEAD = ["Month", "Channel", "Campaign"]
DIV0, NA, NAME, NUM, REF, VALUE = (
    ExcelError.DIV0, ExcelError.NA, ExcelError.NAME, ExcelError.NUM, ExcelError.REF, ExcelError.VALUE
)  # fmt: skip

# CAC: Paid ads 100 in January, 50 in February; Email 10, 20. Together 1,200 / 30 and 900 / 30.
COSTS: Grid = [
    [*HEAD, "Marketing spend"],
    ["2026-01", "Paid ads", "Brand", 600], ["2026-01", "Paid ads", "Generic", 400], ["2026-01", "Email", None, 200],
    ["2026-02", "Paid ads", None, 500], ["2026-02", "Email", None, 400],
]  # fmt: skip
CUSTOMERS: Grid = [
    [*HEAD, "New customers"],
    ["2026-01", "Paid ads", "Brand", 8], ["2026-01", "Paid ads", "Generic", 2], ["2026-01", "Email", None, 20],
    ["2026-02", "Paid ads", None, 10], ["2026-02", "Email", None, 20],
]  # fmt: skip
SETTINGS: Grid = [["Setting", "Value"], ["Period", "2026-02"]]


class Book:
    """Functions with one dataset."""

    def __init__(self, *grids: Grid, default: bool = True) -> None:
        self.functions = Functions(CATALOGUE)
        self.token = self.functions.call("DATASET", list(grids or (COSTS, CUSTOMERS, SETTINGS)))
        assert isinstance(self.token, str)
        self.functions.default = self.token if default else None

    def __call__(self, name: str, *args: Value, caller: Caller | None = None) -> Value:
        return self.functions.call(name, args, caller)

    @property
    def reason(self) -> str:
        assert self.functions.refusal
        return self.functions.refusal.reason


@pytest.fixture
def book() -> Book:
    return Book()


def flat(value: Value) -> set[Scalar]:
    return {cell for row in value for cell in row} if isinstance(value, list) else {value}


# No arguments: where you stand


def test_with_no_arguments_the_company_and_the_period_of_settings(book: Book) -> None:
    assert book("CAC", caller=Caller()) == 30


def test_with_no_arguments_the_sheets_channel_and_its_pickers_period(book: Book) -> None:
    assert book("CAC", caller=Caller("Paid ads")) == 50
    assert book("CAC", caller=Caller("Paid ads", "2026-01")) == 100
    assert book("CAC", caller=Caller("Email", 46023.0)) == 10
    assert book("CAC", caller=Caller("Email", " ")) == 20, "an empty picker is none"


def test_a_host_that_cannot_tell_which_cell_calls_answers_na(book: Book) -> None:
    assert book("CAC") is NA
    assert "which cell" in book.reason
    assert book("KPI", "cac") is NA
    assert book("EXPLAIN", "cac")[1][1] is NA
    assert "which cell" in str(book("EXPLAIN", "cac")[2][2])


def test_with_no_arguments_and_no_dataset_na() -> None:
    assert Book(default=False)("CAC", caller=Caller()) is NA


# Text first: from the tables


@pytest.mark.parametrize(
    ("channel", "period", "expected"),
    [
        ("All", "2026-01", 40), ("all", "2026-Q1", 35), ("Paid ads", "2026-01", 100), ("paid ADS", 46054.0, 50),
        ("유료 광고", "2026", 75), ("Paid ads", 2026, 75), ("Paid ads", 2026.0, 75), ("Paid ads/Brand", "2026-01", 75),
        ("Email", "last 1 month", 20), ("Email", "all", 15), ("(not attributed)", "2026-01", DIV0),
        ("Signs", "2026-01", DIV0), ("Sings", "2026-01", VALUE), ("Paid ads/Brnd", "2026-01", VALUE),
        ("Email", "soon", VALUE), ("Email", True, VALUE), ("Email", None, NA), ("Email", "", NA), ("Email", DIV0, DIV0),
        ("Email", "2026-05", NA), ("1000", "2026-01", VALUE),
    ],
)  # fmt: skip
def test_a_channel_and_a_period(book: Book, channel: Scalar, period: Scalar, expected: Scalar) -> None:
    assert book("CAC", channel, period, book.token) == expected
    assert book("CAC", channel, period) == expected
    assert book("KPI", "cac", channel, period, book.token) == expected


def test_an_unknown_word_says_the_nearest(book: Book) -> None:
    book("CAC", "Piad ads", "2026-01", book.token)
    assert 'did you mean "Paid ads"' in book.reason
    book("KPI", "caac", "All", "2026-01", book.token)
    assert 'did you mean "cac"' in book.reason


def test_how_many_arguments(book: Book) -> None:
    assert book("CAC", "Email") is NA
    assert book("CAC", "Email", "2026-01", book.token, None) == 10
    assert book("CAC", "Email", "2026-01", book.token, "simple") == 10
    assert book("CAC", "Email", "2026-01", book.token, "Simple") == 10
    assert book("CAC", "Email", "2026-01", book.token, "markov") is VALUE
    assert book("CAC", "Email", "2026-01", book.token, "simple", 1) is VALUE
    assert book("KPI") is NA
    assert book("KPI", "cac", "Email") is NA


@pytest.mark.parametrize(
    ("data", "expected"), [("x", VALUE), (5, VALUE), (True, VALUE), (REF, REF), (TOKEN + "0" * 16, NA)]
)
def test_what_is_no_dataset_is_never_answered_from_the_one_there_is(book: Book, data: Scalar, expected: Scalar) -> None:
    assert book("CAC", "Email", "2026-01", data) is expected
    assert book("KPI", "cac", "Email", "2026-01", data) is expected
    assert book("ATTAINMENT", "cac", "Email", "2026-01", 5, data) is expected


# Numbers first: from numbers of one's own


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([1000, 40], 25), ([1000.0, 40], 25), ([[[1000]], [[40]]], [[25]]), ([0, 40], 0), ([1000, 0], DIV0),
        ([0, 0], DIV0),
        ([1000], NA), ([1000, 40, 1], VALUE), ([1000, None], NA), ([1000, ""], NA), ([1000, " "], NA),
        ([1000, "40"], VALUE), ([1000, True], VALUE), ([1000, DIV0], DIV0), ([1000, NA], NA), ([-1000, 40], NUM),
        ([1000, -40], NUM), ([1e308, 1e-10], NUM), ([float("inf"), 1], NUM), ([float("nan"), 1], NUM),
    ],
    ids=str,
)  # fmt: skip
def test_numbers_of_ones_own(book: Book, args: list[Value], expected: Value) -> None:
    assert book("CAC", *args) == expected
    assert Book(default=False)("CAC", *args) == expected, "no workbook is needed"


def test_revenue_and_metrics_may_be_below_zero(book: Book) -> None:
    assert book("ROI", -500, 1000) == -1.5
    assert book("GROSS_PROFIT", -100, 50) == -150
    assert book("LTV", 40, -0.5, 0.1) == -200
    assert book("LTV", 40, 0.5, -0.1) is NUM


# A blank first, an error first, a logical value first


@pytest.mark.parametrize("name", ["CAC", "LTV", "KPI", "RETENTION"])
@pytest.mark.parametrize("blank", [None, "", "   "])
@pytest.mark.parametrize("rest", [(), (40,), ("2026-01",), (40, 30), ("Email", "2026-01")])
def test_a_blank_first_is_na_whatever_comes_after(name: str, blank: Scalar, rest: tuple[Value, ...]) -> None:
    assert Book()(name, blank, *rest, caller=Caller()) is NA


@pytest.mark.parametrize("error", list(ExcelError))
@pytest.mark.parametrize("rest", [(), (40,), ("2026-01",)])
def test_an_error_first_is_that_error(book: Book, error: ExcelError, rest: tuple[Value, ...]) -> None:
    assert book("CAC", error, *rest, caller=Caller()) is error


@pytest.mark.parametrize("error", list(ExcelError))
def test_an_error_anywhere_is_that_error(book: Book, error: ExcelError) -> None:
    assert book("CAC", 1000, error) is error
    assert book("CAC", "Email", error, book.token) is error
    assert book("CAC", "Email", "2026-01", error) is error
    assert book("KPI", error, "Email", "2026-01", book.token) is error
    assert book("KPI", "cac", error, "2026-01", book.token) is error
    assert book("ATTAINMENT", "cac", "Email", "2026-01", error, book.token) is error


@pytest.mark.parametrize("logical", [True, False])
def test_a_logical_value_is_no_number_and_no_channel(book: Book, logical: bool) -> None:
    assert book("CAC", logical, 40) is VALUE
    assert book("CAC", logical, "2026-01") is VALUE
    assert book("CAC", [["Email"], [logical]], "2026-01", book.token) == [[10], [VALUE]]


@pytest.mark.parametrize("stray", ["n/a", True])
def test_a_stray_cell_on_top_of_a_column_gives_no_wrong_number(book: Book, stray: Scalar) -> None:
    """The first cell decides between text and numbers for the whole column: cells below it may become errors."""
    assert flat(book("CAC", [[stray], [1000]], [[10], [10]])) <= {100, VALUE, NA}
    assert flat(book("CAC", [[stray], ["Email"]], "2026-01", book.token)) <= {10, VALUE, NA}


@pytest.mark.parametrize("args", [(None, 40), (1000,)])
def test_the_latest_reason_is_of_the_latest_error(book: Book, args: tuple[Value, ...]) -> None:
    book("CAC", "Piad ads", "2026-01", book.token)
    assert book("CAC", *args) is NA
    assert "Piad" not in book.reason


# Broadcasting


def test_a_column_against_a_row_spills_a_grid(book: Book) -> None:
    channels, periods = [["Paid ads"], ["Email"], [None], ["Nowhere"], [REF]], [["2026-01", "2026-02", None]]
    assert book("CAC", channels, periods, book.token) == [
        [100, 50, NA], [10, 20, NA], [NA, NA, NA], [VALUE, VALUE, NA], [REF, REF, REF],
    ]  # fmt: skip


def test_a_row_of_channels_against_a_column_of_periods(book: Book) -> None:
    assert book("CAC", [["Paid ads", "Email"]], [["2026-01"], ["2026-02"]], book.token) == [[100, 10], [50, 20]]


def test_equal_shapes_go_pairwise(book: Book) -> None:
    assert book("CAC", [["Paid ads"], ["Email"]], [["2026-01"], ["2026-02"]], book.token) == [[100], [20]]
    assert book("CAC", [["Paid ads", "Email"]], [["2026-01", "2026-02"]], book.token) == [[100, 20]]
    assert book("CAC", [[100, 200], [300, 400]], [[1, 2], [3, 4]]) == [[100, 100], [100, 100]]


def test_what_does_not_fit_is_na_cell_by_cell(book: Book) -> None:
    assert book("CAC", [[100], [200], [300]], [[1], [2]]) == [[100], [100], [NA]]
    assert book("CAC", [[100, 200]], [[1, 2, 4]]) == [[100, 100, NA]]
    assert book("CAC", [["Paid ads"], ["Email"], ["Email"]], [["2026-01"], ["2026-01"]], book.token) == [
        [100],
        [10],
        [NA],
    ]


def test_a_single_cell_goes_with_all(book: Book) -> None:
    assert book("CAC", [[1000], [500], [None], ["x"], [NA]], 50) == [[20], [10], [NA], [VALUE], [NA]]
    assert book("CAC", 1000, [[10, None, 0, REF]]) == [[100, NA, DIV0, REF]]
    assert book("CAC", [["All"], ["Email"]], "2026-01", [[book.token]]) == [[40], [10]]


def test_one_cell_in_a_range_is_still_a_range(book: Book) -> None:
    assert book("CAC", [["Email"]], "2026-01", book.token) == [[10]]
    assert book("CAC", "Email", "2026-01", book.token) == 10


def test_filled_down_past_the_data_nothing_becomes_the_companys_figure(book: Book) -> None:
    assert book("CAC", [[None], [None]], "2026-01", book.token, caller=Caller()) == [[NA], [NA]]
    assert book("CAC", [[None], [REF]], [["2026-01"], ["2026-01"]], caller=Caller()) == [[NA], [REF]]
    assert book("CAC", [[None], ["Email"]], [["2026-01"], ["2026-01"]], book.token) == [[NA], [10]]
    assert book("CAC", [[None], [1000]], [[10], [10]]) == [[NA], [100]]


# Names


@pytest.mark.parametrize("alias", ["COST_PER_CUSTOMER", "CUSTOMER_ACQUISITION_COST", "cac"])
def test_an_alias_is_the_function(book: Book, alias: str) -> None:
    assert book(alias, 1000, 40) == 25
    assert book(alias, "Email", "2026-01", book.token) == 10


def test_every_alias_answers_as_its_metric(book: Book) -> None:
    for metric in CATALOGUE.metrics.values():
        numbers = [float(i + 2) for i in range(len(metric.inputs))]
        for alias in metric.aliases:
            assert book(alias, *numbers) == book(metric.excel_name, *numbers) != NAME


def test_an_unknown_function_is_name(book: Book) -> None:
    assert book("CACC", 1000, 40) is NAME


@pytest.mark.parametrize(
    "name", ["spend", "SPEND", "Marketing spend", "marketing_spend", "마케팅 비용", "マーケティング費用", " spend "]
)
def test_kpi_reaches_a_measure_by_name_or_label_in_three_languages(book: Book, name: str) -> None:
    assert book("KPI", name, "Paid ads", "2026-01", book.token) == 1000


@pytest.mark.parametrize(
    "name", ["cac", "CAC", "Customer acquisition cost", "cost per customer", "customer-acquisition-cost"]
)
def test_kpi_reaches_a_metric_by_name_title_or_alias(book: Book, name: str) -> None:
    assert book("KPI", name, "Paid ads", "2026-01", book.token) == 100


def test_kpi_reaches_items() -> None:
    book = Book(
        [["Month", "Kind", "Item", "Channel", "Measure", "Value"],
         ["2026-01", "keyword", "crm software", None, None, 3], ["2026-01", "cta", "Demo", "Email", "CTA views", 50],
         ["2026-01", "cta", "Demo", "Email", None, 5]]
    )  # fmt: skip
    assert book("KPI", "keyword:crm software", "All", "2026-01", book.token) == 3
    assert book("KPI", "キーワード:CRM software", "All", "2026-01", book.token) == 3
    assert book("KPI", "cta:Demo:cta_click_rate", "Email", "2026-01", book.token) == 0.1
    assert book("KPI", "rank", "All", "2026-01", book.token) == 3


def test_kpi_takes_names_channels_and_periods_in_ranges(book: Book) -> None:
    names, periods = [["cac"], ["spend"], [None], ["nonsense"], [5]], [["2026-01", "2026-02"]]
    assert book("KPI", names, "Email", periods, book.token) == [
        [10, 20],
        [200, 400],
        [NA, NA],
        [VALUE, VALUE],
        [VALUE, VALUE],
    ]


def test_kpi_with_a_name_alone_is_where_you_stand(book: Book) -> None:
    assert book("KPI", "spend", caller=Caller("Email")) == 400
    assert book("KPI", "spend", caller=Caller("Email", "2026-01")) == 200


# Targets


def test_attainment_is_one_when_reached_in_either_direction(book: Book) -> None:
    assert book("ATTAINMENT", "new_customers", "Email", "2026-01", 25, book.token) == 0.8  # more is better
    assert (
        book("ATTAINMENT", "cac", "Email", "2026-02", 16, book.token) == 0.8
    )  # less is better: 20 where 16 was wanted
    assert book("ATTAINMENT", "cac", "Email", "2026-01", 10, book.token) == 1
    assert book("ATTAINMENT", "cac", "Email", "2026-01", 12, book.token) == 1.2, "better than wanted is above 1"
    assert book("ATTAINMENT", "spend", "Email", "2026-01", 400, book.token) == 0.5, "neither: the share used"


def test_attainment_of_what_cannot_be_compared_is_an_error(book: Book) -> None:
    assert book("ATTAINMENT", "new_customers", "Email", "2026-01", 0, book.token) is DIV0
    assert book("ATTAINMENT", "new_customers", "Email", "2026-01", None, book.token) is NA
    assert book("ATTAINMENT", "new_customers", "Email", "2026-01", "", book.token) is NA
    assert book("ATTAINMENT", "new_customers", "Email", "2026-01", "many", book.token) is VALUE
    assert book("ATTAINMENT", "new_customers", "Email", "2026-05", 10, book.token) is NA
    assert book("ATTAINMENT", "new_customers", "Email", "2026-01") is NA
    assert book("ATTAINMENT", "cac", "Email", "2026-01", [[10], [None], [20]], book.token) == [[1], [NA], [2]]


@pytest.mark.parametrize(("actual", "target", "reached"), [(-20, -10, False), (-5, -10, True), (20, -10, True)])
def test_attainment_below_zero_is_not_upside_down(actual: float, target: float, reached: bool) -> None:
    promoters, detractors = max(actual, 0), max(-actual, 0)
    book = Book(
        [[*HEAD, "Promoters", "Detractors", "NPS responses"], ["2026-01", "Email", None, promoters, detractors, 100]]
    )
    assert book("NPS", "All", "2026-01", book.token) == actual
    answer = book("ATTAINMENT", "nps", "All", "2026-01", target, book.token)
    assert isinstance(answer, ExcelError) or (answer >= 1) is reached


def test_attainment_is_never_infinite() -> None:
    book = Book([[*HEAD, "Leads"], ["2026-01", "Email", None, 1e15]])
    assert book("ATTAINMENT", "leads", "All", "2026-01", 1e-300, book.token) is NUM


def test_a_table_has_no_number_that_a_sum_could_not_hold() -> None:
    book = Book([[*HEAD, "Leads"], ["2026-01", "Email", None, 1e308], ["2026-01", "Events", None, 1e308]])
    assert book("KPI", "leads", "All", "2026-01", book.token) is NUM


# Datasets


@pytest.mark.parametrize("args", [(), (None,), (COSTS, None), (COSTS, REF), (NA,)])
def test_a_dataset_is_of_tables(args: tuple[Value, ...]) -> None:
    assert Functions(CATALOGUE).call("DATASET", args) is VALUE


def test_a_dataset_says_the_same_token_for_the_same_tables(book: Book) -> None:
    assert book("DATASET", COSTS, CUSTOMERS, SETTINGS) == book.token
    assert book("DATASET", COSTS, CUSTOMERS) != book.token


def test_each_token_answers_from_its_own_tables() -> None:
    functions = Functions(CATALOGUE)
    tokens = [functions.call("DATASET", [[[*HEAD, "Leads"], ["2026-01", "Email", None, n]]]) for n in range(5)]
    assert [functions.call("KPI", ["leads", "All", "2026-01", token]) for token in tokens] == [0, 1, 2, 3, 4]


def a_new_process() -> tuple[Functions, str, list[str]]:
    """Functions that do not know the token of their workbook, and a list for the tokens to rebuild."""
    token = Functions(CATALOGUE).call("DATASET", [COSTS, CUSTOMERS])
    return Functions(CATALOGUE), str(token), []


def test_a_token_not_known_is_rebuilt_once_for_all_cells() -> None:
    functions, token, requests = a_new_process()

    def rebuild(missing_token: str) -> None:
        requests.append(missing_token)
        functions.call("DATASET", [COSTS, CUSTOMERS])

    functions.rebuild = rebuild
    assert functions.call("CAC", [[["All"], ["Email"]], [["2026-01", "2026-02"]], token]) == [[40, 30], [10, 20]]
    for _ in range(3):
        assert functions.call("CAC", ["Email", "2026-01", token]) == 10
    assert requests == [token]


def test_a_token_that_cannot_be_rebuilt_is_asked_for_once_and_stays_na() -> None:
    functions, token, requests = a_new_process()
    functions.rebuild = requests.append
    for _ in range(5):
        assert functions.call("CAC", ["Email", "2026-01", token]) is NA
        assert functions.call("KPI", ["cac", [["Email"], ["All"]], "2026-01", token]) is NA
    assert requests == [token]
    assert functions.refusal
    assert "not loaded" in functions.refusal.reason


def test_a_token_is_never_answered_from_another_dataset() -> None:
    functions, token, requests = a_new_process()

    def rebuild(missing_token: str) -> None:
        requests.append(missing_token)
        functions.default = str(functions.call("DATASET", [[[*HEAD, "Leads"], ["2026-01", "Email", None, 1]]]))

    functions.rebuild = rebuild
    assert functions.call("CAC", ["Email", "2026-01", token]) is NA
    assert functions.call("KPI", ["leads", "Email", "2026-01", token]) is NA
    assert functions.call("KPI", ["leads", "Email", "2026-01"]) == 1
    assert len(requests) == 1


def test_a_token_rebuilt_later_by_the_workbook_itself_is_answered() -> None:
    functions, token, requests = a_new_process()
    functions.rebuild = requests.append
    assert functions.call("CAC", ["Email", "2026-01", token]) is NA
    assert functions.call("DATASET", [COSTS, CUSTOMERS]) == token
    assert functions.call("CAC", ["Email", "2026-01", token]) == 10


def test_without_a_way_to_rebuild_na() -> None:
    functions, token, _ = a_new_process()
    assert functions.call("CAC", ["Email", "2026-01", token]) is NA


def test_the_datasets_used_last_are_kept_and_a_dropped_one_is_rebuilt_again() -> None:
    functions, requests = Functions(CATALOGUE), []

    def grids(n: int) -> list[Value]:
        return [[[*HEAD, "Leads"], ["2026-01", "Email", None, n]]]

    tokens = [str(functions.call("DATASET", grids(n))) for n in range(MOST_DATASETS)]

    def leads(n: int) -> Value:
        return functions.call("KPI", ["leads", "All", "2026-01", tokens[n]])

    def rebuild(token: str) -> None:
        requests.append(token)
        functions.call("DATASET", grids(tokens.index(token)))

    functions.rebuild = rebuild
    assert leads(0) == 0  # used: the oldest is now the second
    tokens.append(str(functions.call("DATASET", grids(MOST_DATASETS))))
    assert (leads(0), leads(MOST_DATASETS)) == (0, MOST_DATASETS)
    assert requests == []
    assert leads(1) == 1
    assert requests == [tokens[1]]
    for n in [*range(MOST_DATASETS + 1)] * 3:  # each pushes out the next: all come back, none is another's
        assert leads(n) == n
    assert leads(1) == 1
    assert len(requests) > 2


# EXPLAIN as a function


def test_explain_has_the_same_dispatch(book: Book) -> None:
    assert book("EXPLAIN", "cac", "Email", "2026-01", book.token)[1][:2] == ["Value", 10]
    assert book("EXPLAIN", "cac", "Email", "2026-01")[1][:2] == ["Value", 10]
    assert book("EXPLAIN", "cac", caller=Caller("Email"))[1][:2] == ["Value", 20]
    for args in ((), ("cac", "Email"), ("cac", "Email", "2026-01", book.token, 5)):
        assert book("EXPLAIN", *args)[1][1] is NA


# As of a day


PULLED = [
    ["Source", "File", "Measure", "From", "To", "Channels", "Read on"],
    ["Ads", "a.csv", "Leads", "2026-01", "2026-02", "Email", "2026-02-03; from 2026-02: 2026-03-04"],
]
REVISED = [
    ["Changed on", "Month", "Channel", "Campaign", "Kind", "Item", "Measure", "Old value", "Old value of", "New value"],
    ["2026-03-04", "2026-01", "Email", None, None, None, "Leads", 10, "2026-02-03", 12],
]
LEADS = [[*HEAD, "Leads"], ["2026-01", "Email", None, 12], ["2026-02", "Email", None, 20]]
BEFORE_ALL, FIRST, SECOND = "2026-02-02", "2026-02-03", "2026-03-04"


@pytest.fixture
def history() -> tuple[Functions, str]:
    functions = Functions(CATALOGUE)
    return functions, str(functions.call("DATASET", [LEADS, PULLED, REVISED]))


def leads_of(functions: Functions, token: Value) -> list[Value]:
    return [functions.call("KPI", ["leads", "Email", period, token]) for period in ("2026-01", "2026-02", "all")]


@pytest.mark.parametrize(
    ("day", "leads"),
    [(BEFORE_ALL, [NA, NA, NA]), (FIRST, [10, NA, 10]), ("2026-03-03", [10, NA, 10]), (SECOND, [12, 20, 32]),
     ("2030-01-01", [12, 20, 32])],
)  # fmt: skip
def test_a_dataset_as_of_a_day(history: tuple[Functions, str], day: str, leads: list[Value]) -> None:
    functions, token = history
    assert leads_of(functions, functions.call("AS_OF", [day, token])) == leads
    assert leads_of(functions, token) == [12, 20, 32]


def test_the_token_names_dataset_and_day_and_is_rebuilt_like_any_other(history: tuple[Functions, str]) -> None:
    functions, token = history
    then = functions.call("AS_OF", [FIRST, token])
    assert then == f"{token} as of 2026-02-03"
    other, requests = Functions(CATALOGUE), list[str]()

    def rebuild(missing_token: str) -> None:
        requests.append(missing_token)
        other.call("DATASET", [LEADS, PULLED, REVISED])

    other.rebuild = rebuild
    assert leads_of(other, then) == [10, NA, 10]
    assert requests == [token]


def test_a_token_of_a_day_that_is_none_is_refused(history: tuple[Functions, str]) -> None:
    functions, token = history
    assert functions.call("KPI", ["leads", "Email", "all", f"{token} as of soon"]) is VALUE


@pytest.mark.parametrize(
    "day", [46056, 46056.7, "2026-02-03", "2026/2/3", "2026. 2. 3.", " 2026-02-03 ", [["2026-02-03"]]]
)
def test_a_day_in_any_form(history: tuple[Functions, str], day: Value) -> None:
    functions, token = history
    assert functions.call("AS_OF", [day, token]) == f"{token} as of 2026-02-03"


@pytest.mark.parametrize(
    ("day", "error", "reason"),
    [
        ("soon", VALUE, '"soon" is not a day; write 2026-05-01'),
        ("2026-02", VALUE, '"2026-02" is not a day'),
        ("2026-02-30", VALUE, '"2026-02-30" is not a day'),
        ("2026-02-031", VALUE, '"2026-02-031" is not a day'),
        (2026, VALUE, '"2026" is not a day'),
        (True, VALUE, '"True" is not a day'),
        (-1, VALUE, '"-1" is not a day'),
        (None, NA, "the day is empty"),
        (ExcelError.REF, ExcelError.REF, "the day is #REF!"),
        ([["2026-02-03", "2026-03-04"]], VALUE, "AS_OF takes one day"),
    ],
)
def test_what_is_no_day(history: tuple[Functions, str], day: Value, error: ExcelError, reason: str) -> None:
    functions, token = history
    answer = functions.call("AS_OF", [day, token])
    assert answer is error
    assert str(functions.refusal).startswith(reason)


def test_as_of_of_what_is_no_dataset(history: tuple[Functions, str]) -> None:
    functions, _ = history
    assert functions.call("AS_OF", [FIRST, "nothing"]) is VALUE
    assert functions.call("AS_OF", [FIRST]) is NA
    assert functions.call("AS_OF", []) is NA


def test_as_of_twice_knows_the_less(history: tuple[Functions, str]) -> None:
    functions, token = history
    for days in ((FIRST, SECOND), (SECOND, FIRST)):
        then: Value = token
        for day in days:
            then = functions.call("AS_OF", [day, then])
        assert then == f"{token} as of {FIRST}"


def test_everything_as_of_a_day(history: tuple[Functions, str]) -> None:
    functions, token = history
    functions.day = dt.date(2026, 2, 3)
    assert leads_of(functions, token) == [10, NA, 10]
    assert leads_of(functions, functions.call("AS_OF", [SECOND, token])) == [10, NA, 10]  # the less
    assert leads_of(functions, functions.call("AS_OF", [BEFORE_ALL, token])) == [NA, NA, NA]


def test_explain_says_as_of_which_day(history: tuple[Functions, str]) -> None:
    functions, token = history
    rows = functions.call("EXPLAIN", ["leads", "Email", "2026-01", functions.call("AS_OF", [FIRST, token])])
    assert isinstance(rows, list)
    assert [row[1:] for row in rows if row[0] == "As of"] == [
        ["2026-02-03", "imported values are as they were known then; typed values have no date and are as they are now"]
    ]
    plain = functions.call("EXPLAIN", ["leads", "Email", "2026-01", token])
    assert isinstance(plain, list)
    assert not [row for row in plain if row[0] == "As of"]


def test_a_history_that_differs_is_another_token(history: tuple[Functions, str]) -> None:
    functions, token = history
    other = [REVISED[0], [*REVISED[1][:7], 11, *REVISED[1][8:]]]
    assert functions.call("DATASET", [LEADS, PULLED, other]) != token
    assert functions.call("DATASET", [LEADS, PULLED]) != token


class WithOneMore(Functions):
    """As if a method had been added."""

    @function("DOUBLED", "Twice a number.", number="The number")
    def _doubled(self, args: Sequence[Value], caller: Caller | None) -> Value:
        return 2 * number(as_grid(args[0])[0][0])


def test_a_function_is_declared_in_one_place() -> None:
    """The declaration is enough: the result, the wizard's texts and the macro in the .xlsm come from it."""
    functions = WithOneMore(collect(reserved=declared_functions(WithOneMore)))
    assert functions.call("DOUBLED", [21.0]) == 42.0
    declared = functions.names["DOUBLED"]
    assert (declared.parameters, declared.argument_descriptions) == (("number",), ("The number",))
    assert functions.names.keys() - Functions(collect()).names.keys() == {"DOUBLED"}
    assert "Public Function DOUBLED(" in vba.functions([declared])
    assert "DOUBLED" in functions.catalogue.reserved, "no metric can be called so"
