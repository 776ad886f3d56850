"""The catalogue covers what was required, refuses contradictions, and needs one function for a new metric."""

from __future__ import annotations

import doctest
import inspect
from types import ModuleType

import pytest

from xl_lifecycle.commands.reference.metrics_page import metrics_json, metrics_markdown
from xl_lifecycle.content.content import empty
from xl_lifecycle.core.catalogue.catalogue import Catalogue, Metric, collect, nearest, read_metric
from xl_lifecycle.core.cells.errors import CatalogueError, ExcelError, Refusal
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.vocabulary import Better, InputTable, Stage, Timing, Unit
from xl_lifecycle.core.metrics import attract, capture, convert, expand, metric, nurture
from xl_lifecycle.core.metrics.measures import ITEM_KINDS, MEASURES, Measure
from xl_lifecycle.template.model import Formula, PlannedCell, SheetPlan, WorkbookPlan
from xl_lifecycle.template.plan import plan

MODULES = (attract, capture, nurture, convert, expand)
ASKED_FOR = {f"M{n:02d}" for n in range(1, 81)} - {"M39", "M66"}  # M39: no formula; M66: attribution models
WORDS = {"stage": Stage.CAPTURE, "unit": Unit.CURRENCY, "better": Better.LOWER, "timing": Timing.LEADING, "seeds": []}
DOC = """Some metric: words about it.

    Source: A book.

    >>> 1 + 1
    2
    """


@metric(
    stage=Stage.CAPTURE,
    unit=Unit.CURRENCY,
    better=Better.LOWER,
    timing=Timing.LEADING,
    seeds=["M34"],
    aliases=["COST_PER_FORM_VIEW"],
)
def cost_per_cta_view(spend: float, cta_views: float) -> float:
    """Cost per CTA view: marketing spend divided by the times a call to action was shown.

    Currency a view.
    Source: this test.

    >>> cost_per_cta_view(100, 50)
    2.0
    """
    return spend / cta_views


def module(**functions: object) -> ModuleType:
    new_module = ModuleType("made_in_a_test")
    new_module.__dict__.update(functions)
    return new_module


def declared(name: str, inputs: str = "spend, leads", doc: str = DOC, **words: object) -> object:
    """A metric function as in a module."""
    scope: dict[str, object] = {}
    first = inputs.split(",")[0]
    exec(f"def {name}({inputs}): return {first} / 2", scope)
    function = scope[name]
    function.__doc__ = doc
    return metric(**(WORDS | words))(function)


def with_metric(name: str, *more: ModuleType, **options: object) -> Catalogue:
    return collect([*MODULES, module(**{name: declared(name, **options)}), *more], FUNCTIONS.catalogue.reserved)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return collect()


def test_everything_asked_for_is_covered_and_nothing_invented(catalogue: Catalogue) -> None:
    entries = [*catalogue.metrics.values(), *catalogue.measures.values(), *catalogue.kinds.values()]
    covered = {seed for entry in entries for seed in entry.seeds}
    assert covered == ASKED_FOR


def test_every_declared_function_is_collected(catalogue: Catalogue) -> None:
    declared_names = [
        name for m in MODULES for name, f in vars(m).items() if inspect.isfunction(f) and f.__module__ == m.__name__
    ]
    assert list(catalogue.metrics) == declared_names
    assert len(declared_names) > 60


def test_functions_stay_plain_python() -> None:
    assert inspect.isfunction(convert.cac)
    assert convert.cac.__module__ == "xl_lifecycle.core.metrics.convert"
    assert convert.cac(1000, 40) == 25


@pytest.mark.parametrize("metrics", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_each_metric_has_a_doctest_that_calls_it_and_runs(metrics: ModuleType) -> None:
    runner = doctest.DocTestRunner()
    doctests = {test.name.rpartition(".")[2]: test for test in doctest.DocTestFinder().find(metrics)}
    for name, function in vars(metrics).items():
        if not inspect.isfunction(function) or "declaration" not in function.__dict__:
            continue
        examples = doctests[name].examples
        assert any(f"{name}(" in example.source for example in examples), f"{name}: no example calls it"
        assert all(example.want.strip() for example in examples), f"{name}: an example shows no result"
    for test in doctests.values():
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_more_than_sixty_doctests_ran() -> None:
    results = [doctest.testmod(m) for m in MODULES]
    assert sum(r.attempted for r in results) > 60
    assert sum(r.failed for r in results) == 0


def test_a_wrong_example_would_be_noticed() -> None:
    function = declared("wrong_example", doc=DOC.replace("    2\n", "    3\n"))
    test = doctest.DocTestFinder().find(function, "wrong_example", globs={})[0]
    assert doctest.DocTestRunner(verbose=False).run(test, out=lambda _: None).failed == 1


@pytest.mark.parametrize("left_out", ["stage", "unit", "better", "timing", "seeds"])
def test_nothing_is_decided_by_default(left_out: str) -> None:
    words = {key: value for key, value in WORDS.items() if key != left_out}
    with pytest.raises(TypeError, match=left_out):
        metric(**words)


@pytest.mark.parametrize("word", ["stage", "unit", "better", "timing"])
@pytest.mark.parametrize("value", [None, "currency", 1])
def test_words_must_be_of_the_vocabulary(word: str, value: object) -> None:
    with pytest.raises(CatalogueError, match="vocabulary"):
        with_metric("some_metric", **{word: value})


@pytest.mark.parametrize(
    "doc",
    [
        None,
        "",
        "Some metric: words.",
        DOC.replace("Source: A book.", ""),
        DOC.replace("A book.", ""),
        DOC.replace(">>> 1 + 1\n    2\n", ""),
        DOC.replace("Some metric: words about it.", ""),
    ],
    ids=["none", "empty", "title only", "no source", "empty source", "no doctest", "no title"],
)
def test_a_docstring_that_lacks_something_is_refused(doc: str | None) -> None:
    with pytest.raises(CatalogueError, match="docstring needs"):
        with_metric("some_metric", doc=doc)


def test_a_whole_docstring_is_read() -> None:
    entry = read_metric(cost_per_cta_view)
    assert entry.title == "Cost per CTA view"
    assert entry.source == "this test"
    assert entry.definition.startswith("Cost per CTA view: marketing spend")
    assert "Source" not in entry.definition
    assert entry.formula == "spend / cta_views"
    assert entry.inputs == ("spend", "cta_views")


def test_a_name_twice_is_refused() -> None:
    with pytest.raises(CatalogueError, match="cac is declared twice"):
        with_metric("cac")


def test_a_name_of_a_measure_is_refused() -> None:
    with pytest.raises(CatalogueError, match="spend"):
        with_metric("spend", inputs="leads, visitors")


def test_an_unknown_input_is_refused() -> None:
    with pytest.raises(CatalogueError, match="money"):
        with_metric("some_metric", inputs="spend, money")


def test_a_metric_made_of_itself_is_refused() -> None:
    with pytest.raises(CatalogueError, match="made of itself"):
        with_metric("some_metric", inputs="some_metric, leads")


def test_a_circle_of_metrics_is_refused() -> None:
    other = module(other_metric=declared("other_metric", inputs="some_metric, leads"))
    with pytest.raises(CatalogueError, match="made of itself"):
        with_metric("some_metric", other, inputs="other_metric, leads")


@pytest.mark.parametrize("name", sorted(FUNCTIONS.catalogue.reserved))
def test_our_own_functions_names_are_refused(name: str) -> None:
    with pytest.raises(CatalogueError, match=name):
        with_metric(name.lower())


@pytest.mark.parametrize("name", sorted(FUNCTIONS.catalogue.reserved))
def test_our_own_functions_names_are_refused_as_aliases(name: str) -> None:
    with pytest.raises(CatalogueError):
        with_metric("some_metric", aliases=[name])


@pytest.mark.parametrize("alias", ["CAC", "COST_PER_LEAD", "SPEND", "Marketing spend", "마케팅 비용", "Cost per lead"])
def test_an_alias_that_means_something_else_is_refused(alias: str) -> None:
    with pytest.raises(CatalogueError, match="means both"):
        _ = with_metric("some_metric", aliases=[alias]).words


def test_a_title_that_means_something_else_is_refused() -> None:
    with pytest.raises(CatalogueError, match="means both"):
        _ = with_metric("some_metric", doc=DOC.replace("Some metric:", "Cost per lead:")).words


def test_a_metric_of_no_inputs_is_refused() -> None:
    def some_metric() -> float:
        return 1.0

    some_metric.__doc__ = DOC
    with pytest.raises(CatalogueError):
        collect([*MODULES, module(some_metric=metric(**WORDS)(some_metric))])


@pytest.mark.parametrize("lacking", ["unit", "better", "timing", "definition", "source", "seeds"])
def test_a_measure_that_lacks_something_is_refused(lacking: str) -> None:
    words: dict[str, object] = {
        "name": "petrol", "table": InputTable.COSTS, "unit": Unit.CURRENCY, "better": Better.LOWER, "timing": Timing.INPUT,
        "title": "Petrol", "definition": "Fuel.", "source": "A book", "seeds": ("M33",),
    }  # fmt: skip
    assert "petrol" in Catalogue([*MEASURES, Measure(**words)], [], ITEM_KINDS).measures
    with pytest.raises(CatalogueError, match="petrol"):
        Catalogue([*MEASURES, Measure(**(words | {lacking: None}))], [], ITEM_KINDS)


def test_labels_in_three_languages_are_distinct_and_find_their_measure(catalogue: Catalogue) -> None:
    for measure in catalogue.measures.values():
        for word in (measure.name, *measure.label.everywhere):
            assert catalogue.find(word) is measure
            assert catalogue.measure_of(f"  {word.upper()} ") is measure


@pytest.mark.parametrize("word", ["cac", "CAC", "Customer_Acquisition-Cost", " customer  acquisition cost "])
def test_spelling_apart_names_find(catalogue: Catalogue, word: str) -> None:
    entry = catalogue.find(word)
    assert isinstance(entry, Metric)
    assert entry.name == "cac"


def test_an_unknown_word_is_refused_with_the_nearest(catalogue: Catalogue) -> None:
    with pytest.raises(Refusal, match='did you mean "retention"') as refusal:
        catalogue.find("retentoin")
    assert refusal.value.error is ExcelError.VALUE
    assert nearest("xyzzy", ["Paid ads"]) == ""


def test_items_are_found_with_their_own_or_a_named_measure(catalogue: Catalogue) -> None:
    for word, kind, item, name in (
        ("keyword:crm software", "keyword", "crm software", "rank"),
        ("키워드: crm ", "keyword", "crm", "rank"),
        ("network:LinkedIn:shares", "network", "LinkedIn", "shares"),
        ("page:https://x.com/a", "page", "https://x.com/a", "landing_page_visitors"),
        ("cta:Book a demo:cta_click_rate", "cta", "Book a demo", "cta_click_rate"),
    ):
        entry = catalogue.find(word)
        assert (entry.kind, entry.item, entry.entry.name) == (kind, item, name)


def test_leaves_are_measures(catalogue: Catalogue) -> None:
    for name in catalogue.metrics:
        assert set(catalogue.leaves(name)) <= set(catalogue.measures)
    assert set(catalogue.leaves("ltv")) == {
        "new_revenue", "existing_revenue", "customers_end", "sales_revenue", "direct_cost", "customers_start",
        "new_customers",
    }  # fmt: skip


def test_metrics_json_says_it_all(catalogue: Catalogue) -> None:
    lines = metrics_json(catalogue)
    fields = {
        "kind", "name", "function", "aliases", "title", "stage", "unit", "better", "timing", "formula", "inputs",
        "definition", "source", "seeds",
    }  # fmt: skip
    assert all(set(line) == fields for line in lines)
    by_kind = {kind: [line["name"] for line in lines if line["kind"] == kind] for kind in ("metric", "measure", "item")}
    assert by_kind == {
        "metric": list(catalogue.metrics), "measure": list(catalogue.measures), "item": list(catalogue.kinds)
    }  # fmt: skip
    cac = next(line for line in lines if line["name"] == "cac")
    assert cac == cac | {
        "kind": "metric", "function": "CAC", "aliases": ["COST_PER_CUSTOMER", "CUSTOMER_ACQUISITION_COST"],
        "stage": "Convert", "unit": "currency", "better": "lower", "timing": "lagging", "seeds": ["M56"],
        "formula": "spend / new_customers", "inputs": ["spend", "new_customers"],
    }  # fmt: skip
    for line in lines:
        for field in fields - {"aliases", "inputs", "seeds"}:
            assert line[field], f"{line['name']}: {field} is empty"
        assert "\n" not in str(line["definition"])


# Adding a metric is one function in one place.


@pytest.fixture(scope="module")
def enlarged() -> Catalogue:
    return collect([*MODULES, module(cost_per_cta_view=cost_per_cta_view)])


@pytest.fixture(scope="module")
def book(enlarged: Catalogue) -> WorkbookPlan:
    content = empty(["Email", "Paid ads"], list(range(2026 * 12, 2026 * 12 + 3)), Settings())
    for table, name, value in ((InputTable.COSTS, "spend", 300.0), (InputTable.CAPTURE, "cta_views", 150)):
        for row in content.rows[table]:
            row.values[name] = value * 2 if (row.channel, name) == ("Email", "spend") else value
    return plan(content, enlarged)


def sheet(book: WorkbookPlan, name: str) -> SheetPlan:
    return next(s for s in book.sheets if s.name == name)


def line_of(sheet: SheetPlan, word: str) -> list[PlannedCell]:
    return [cell for cell in sheet.cells if (cell.column, cell.content) == (2, word)]


def test_one_more_function_is_a_function_in_all_three_ways(enlarged: Catalogue) -> None:
    functions = Functions(enlarged)
    assert {"COST_PER_CTA_VIEW", "COST_PER_FORM_VIEW"} <= functions.names.keys()
    head = ["Month", "Channel", "Campaign"]
    token = functions.call(
        "DATASET",
        [
            [[*head, "Marketing spend"], ["2026-01", "Email", None, 300], ["2026-01", "Paid ads", None, 500]],
            [[*head, "CTA views"], ["2026-01", "Email", None, 150], ["2026-01", "Paid ads", None, 50]],
        ],
    )
    functions.default = str(token)
    from xl_lifecycle.core.metric_functions import Caller

    for name in ("COST_PER_CTA_VIEW", "COST_PER_FORM_VIEW"):
        assert functions.call(name, [100, 50]) == 2
        assert functions.call(name, ["Email", "2026-01", token]) == 2
        assert functions.call(name, [], Caller("Email", "2026-01")) == 2
        assert functions.call(name, [], Caller()) == 4
        assert functions.call("KPI", [name, "All", "2026-01", token]) == 4


def test_one_more_function_is_on_the_pages(enlarged: Catalogue) -> None:
    page = metrics_markdown(enlarged)
    capture_part = page.partition("## Capture\n")[2].partition("\n## ")[0]
    assert "### COST_PER_CTA_VIEW\n" in capture_part
    assert "- Formula: `spend / cta_views` (also `COST_PER_FORM_VIEW`)" in capture_part
    assert "cost_per_cta_view" in {line["name"] for line in metrics_json(enlarged)}


def test_one_more_function_is_a_row_with_one_spilling_formula_on_its_stages_sheet(book: WorkbookPlan) -> None:
    capture_sheet = sheet(book, "Capture")
    by_month, by_channel = line_of(capture_sheet, "COST_PER_CTA_VIEW")
    formulas = {
        (cell.row, cell.column): cell.content for cell in capture_sheet.cells if isinstance(cell.content, Formula)
    }
    spill = formulas[by_month.row, 3]
    assert spill.text.startswith("=_xldudf_COST_PER_CTA_VIEW(")
    assert spill.text.endswith(",Data)")
    assert spill.array
    (row,) = spill.values
    assert row[:4] == [3.0, 3.0, 3.0, 3.0]  # the chosen period, then three months: 900 / 300
    assert row[4:] == [ExcelError.NA] * 9  # the rest of the year
    assert formulas[by_channel.row, 3].values == [[3.0, 4.0, 2.0]]  # All, Email, Paid ads
    assert not any((by_month.row, column) in formulas for column in range(4, 8)), "one formula fills the row"
    title = next(cell for cell in capture_sheet.cells if (cell.row, cell.column) == (by_month.row, 1))
    assert str(title.content).startswith("Cost per CTA view")


@pytest.mark.parametrize(("channel", "value"), [("Email", 4.0), ("Paid ads", 2.0)])
def test_one_more_function_is_on_the_channel_sheets(book: WorkbookPlan, channel: str, value: float) -> None:
    channel_sheet = sheet(book, channel)
    (line,) = line_of(channel_sheet, "COST_PER_CTA_VIEW")
    blocks = [
        (cell.row, cell.content)
        for cell in channel_sheet.cells
        if isinstance(cell.content, Formula)
        and cell.column == 3
        and cell.row <= line.row < cell.row + cell.content.height
        and "KPI(" in cell.content.text
    ]
    ((top, block),) = blocks
    assert list(block.values[line.row - top])[:4] == [value] * 4


def test_one_more_function_is_in_the_metrics_sheet(book: WorkbookPlan) -> None:
    metrics_sheet = sheet(book, "Metrics")
    cells = [cell.content for cell in metrics_sheet.cells]
    rows = [cell for table in metrics_sheet.tables for row in table.rows for cell in row]
    assert "COST_PER_CTA_VIEW" in {*filter(lambda c: isinstance(c, str), [*cells, *rows])}
