"""Checklists: local search, email rules, content that can rank, surveys, and baselines of the community."""

from __future__ import annotations

from collections.abc import Callable

from xl_lifecycle.core.cells.addresses import absolute
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, as_grid, text
from xl_lifecycle.core.metrics.measures import MEASURES
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref, value_style
from xl_lifecycle.template.planning_tables import List, ListColumn, place_list, same, unit_of

TOP = 9  # the row of the headers of the upper tables
STATES = ("done", "to do", "not for us")
LAST_MONTH = "last 1 month"
LABELS = {measure.name: measure.label for measure in MEASURES}

SEO = List(
    "LocalSeo",
    (ListColumn("Local SEO factor", 48), ListColumn("Done", 20, choices=STATES), ListColumn("Note", 32)),
    [(factor, None, None) for factor in (
        "Content on the website", "Technical SEO", "Google reviews", "Local citations", "Google Business Profile posts",
        "Engagement of visitors", "Backlinks", "Social media signals", "Page speed (Google PageSpeed Insights)",
    )],
)  # fmt: skip
EMAIL = List(
    "EmailRules",
    (ListColumn("Email rule", 48), ListColumn("Done", 20, choices=STATES), ListColumn("Note", 32)),
    [(rule, None, None) for rule in (
        "Valid consent of everyone on the list", "Contacts without a record of consent asked again",
        "Proper contact details in every email", "Honest, accurate and clear subject and text",
        "Opting out is simple, easy and free",
    )],
)  # fmt: skip
COUNTS = ("Words", "Paragraphs", "Images", "Keywords", "Headings")
TARGETS = List(
    "ContentTargets",
    (ListColumn("At least", 36), *(ListColumn(head, 13, "input count") for head in COUNTS)),
    (("Target for a piece", 3000, 109, 9, 78, 35),),
)
PIECES = List(
    "ContentPieces",
    (ListColumn("Piece", 36), *(ListColumn(head, 13, "input count") for head in COUNTS)),
    (),
    least=6,
)
SURVEYS = List(
    "Surveys",
    (
        ListColumn("Survey", 28),
        ListColumn("Sent on", 13, "input day"),
        ListColumn("What customers said", 42),
        ListColumn("What we fix", 40),
        ListColumn("Who", 18),
        ListColumn("Fixed on", 13, "input day"),
        ListColumn("Customers told on", 18, "input day"),
    ),
    (),
    least=6,
)
BASELINES = List(
    "Baselines",
    (ListColumn("Community measure", 36), ListColumn("From month", 13, "input month")),
    [(name, None) for name in (
        LABELS["community_members"], same("COMMUNITY_ENGAGEMENT"), LABELS["community_posts"], LABELS["answer_hours"],
        LABELS["followers"], same("CUSTOMER_OPT_OUT_RATE"),
    )],
)  # fmt: skip
# Two blocks of tables that hardly grow, each above one that may; and beside them one table that grows.
LISTS_AT, COUNTS_AT, SURVEYS_AT = 1, 5, 13
SECOND = 25  # the row of the headers of the lower tables


def checklists(draft: Draft) -> SheetPlan:
    """Plan the Checklists sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["checklists"], color="start")
    sheet.put(1, 1, word("Checklists"), "title")
    sheet.put(2, 1, word("What should be in order before more money is spent."), "subtitle")
    _, period = pick_place(draft, sheet, 3, channel=False)
    _checklist(draft, sheet, SEO, TOP, "Local SEO", "What decides whether people nearby find you.")
    _checklist(draft, sheet, EMAIL, SECOND, "Email that follows the law", "For every list and every sending.")
    _baselines(draft, sheet)
    _pieces(draft, sheet)
    _surveys(draft, sheet, period)
    sheet.widths |= {COUNTS_AT - 1: 3, SURVEYS_AT - 1: 3}
    sheet.artefacts |= {
        "X19": (TOP, LISTS_AT),
        "X20": (SECOND, LISTS_AT),
        "X23": (SECOND, COUNTS_AT),
        "X24": (TOP, SURVEYS_AT),
        "X26": (TOP, COUNTS_AT),
    }
    return sheet


def _head(draft: Draft, sheet: SheetPlan, row: int, column: int, title: str, note: str) -> None:
    """Put the title and the note above a table whose headers are in a row."""
    sheet.put(row - 3, column, draft.word(title), "group")
    sheet.put(row - 2, column, draft.word(note), "note")


def _share(draft: Draft, sheet: SheetPlan, row: int, column: int, label: str, formula: str, value: Scalar) -> None:
    """Put a share beside its label, above a table."""
    sheet.put(row - 1, column, draft.word(label), "label")
    sheet.put(row - 1, column + 1, Formula(formula, [[value]]), "attained")


def _checklist(draft: Draft, sheet: SheetPlan, definition: List, row: int, title: str, note: str) -> None:
    _head(draft, sheet, row, LISTS_AT, title, note)
    table = place_list(draft, sheet, definition, row, LISTS_AT)
    done_word, _, exempt_word = (draft.word(each) for each in STATES)
    what, marks = table[0].text, table[1].text
    formula = f'=IFERROR(COUNTIF({marks},"{done_word}")/(COUNTA({what})-COUNTIF({marks},"{exempt_word}")),"")'
    answers = [text(cell).casefold() for cell in table.values(1)]
    count = sum(cell is not None for cell in table.values(0)) - answers.count(exempt_word.casefold())
    _share(draft, sheet, row, LISTS_AT, "Done", formula, answers.count(done_word.casefold()) / count if count else "")


def _pieces(draft: Draft, sheet: SheetPlan) -> None:
    """Compare the counts of each piece with the targets; missing counts are ignored."""
    note = "Enough to compete; change the targets to what your rivals have."
    _head(draft, sheet, SECOND, COUNTS_AT, "Content that can rank", note)
    targets = place_list(draft, sheet, TARGETS, SECOND, COUNTS_AT)
    row = SECOND + len(targets.rows) + 2
    pieces = place_list(draft, sheet, PIECES, row, COUNTS_AT)
    goals = targets.rows[0][1:]
    is_counted = [f"ISNUMBER({pieces[i].text})" for i in range(1, len(COUNTS) + 1)]
    is_reached = [
        f"{is_number}*({pieces[i].text}>={absolute((SECOND + 1, COUNTS_AT + i))})"
        for i, is_number in enumerate(is_counted, 1)
    ]
    piece = pieces[0].text
    formula = f'=IF({piece}="","",({"+".join(is_reached)})&"/"&({"+".join(is_counted)}))'

    def reached(cells: list[Scalar]) -> Scalar:
        counts = [(cell, goal) for cell, goal in zip(cells[1:], goals, strict=True) if isinstance(cell, (int, float))]
        reached_count = sum(isinstance(goal, (int, float)) and cell >= goal for cell, goal in counts)
        return f"{reached_count}/{len(counts)}" if text(cells[0]) else ""

    column = COUNTS_AT + len(PIECES.columns)
    sheet.put(row, column, draft.word("Reached"), "header_right")
    sheet.put(row + 1, column, Formula(formula, [[reached(list(cells))] for cells in pieces.rows]), "value text")
    sheet.widths |= {column: 12}


def _surveys(draft: Draft, sheet: SheetPlan, period: Ref) -> None:
    """The survey loop (ask, listen, fix, tell), and present satisfaction."""
    _head(draft, sheet, TOP, SURVEYS_AT, "Survey, feedback, fix", "A survey that changes nothing is better not sent.")
    surveys = place_list(draft, sheet, SURVEYS, TOP, SURVEYS_AT)
    sent_dates, fixed_dates = surveys[0].text, surveys[5].text
    formula = f'=IFERROR(COUNT({fixed_dates})/COUNTA({sent_dates}),"")'
    sent_count = sum(cell is not None for cell in surveys.values(0))
    fixed_count = sum(isinstance(cell, (int, float)) for cell in surveys.values(5))
    _share(draft, sheet, TOP, SURVEYS_AT, "Fixed", formula, fixed_count / sent_count if sent_count else "")
    for i, name in enumerate(("csat", "nps")):
        entry = draft.entry(name)
        value = draft.call("KPI", name, draft.content.everything, period, draft.data)
        sheet.put(TOP - 2 + i, SURVEYS_AT + 3, draft.title(entry), "label")
        sheet.put(TOP - 2 + i, SURVEYS_AT + 4, value, value_style(entry.unit))


def _baselines(draft: Draft, sheet: SheetPlan) -> None:
    """A month to measure from, its value, the value of the last month, and the direction."""
    note = "Pick a month to measure from; what counts is the direction."
    _head(draft, sheet, TOP, COUNTS_AT, "Community: from a baseline", note)
    table = place_list(draft, sheet, BASELINES, TOP, COUNTS_AT)
    column = COUNTS_AT + len(BASELINES.columns)
    heads = ("Baseline", "Latest", "Change", "Direction")
    sheet.row(TOP, column, [draft.word(head) for head in heads], "header_right")
    names, everything = table[0], draft.content.everything
    before = draft.call("KPI", names, everything, table[1], draft.data)
    now = draft.call("KPI", names, everything, LAST_MONTH, draft.data)
    base = Ref(before.text[1:], before.values)
    attainment = draft.call("ATTAINMENT", names, everything, LAST_MONTH, base, draft.data)
    styles = [value_style(unit_of(draft, name)) for name in table.values(0)]
    sheet.put(TOP + 1, column, before, styles)
    sheet.put(TOP + 1, column + 1, now, styles)
    change = Formula(f"={now.text[1:]}/{base.text}-1", _each(lambda a, b: a / b - 1, now.values, before.values))
    sheet.put(TOP + 1, column + 2, change, "relative")
    better, worse, same = (draft.word(each) for each in ("better", "worse", "the same"))
    formula = f'=IFERROR(IF({now.text[1:]}={base.text},"{same}",IF({attainment.text[1:]}>=1,"{better}","{worse}")),"")'
    ways: list[list[Scalar]] = []
    for (a,), (b,), (share,) in zip(now.values, before.values, as_grid(attainment.values), strict=True):
        are_numbers = not any(isinstance(cell, ExcelError) for cell in (a, b))
        way = same if are_numbers and a == b else ""
        if are_numbers and a != b and isinstance(share, (int, float)):
            way = better if share >= 1 else worse
        ways.append([way])
    sheet.put(TOP + 1, column + 3, Formula(formula, ways), "value text")


def _each(function: Callable[[float, float], float], one: Grid, other: Grid) -> list[list[Scalar]]:
    """The values of a plain formula with two columns: the first error of a row, or the number."""
    rows: list[list[Scalar]] = []
    for (a,), (b,) in zip(one, other, strict=True):
        error = next((cell for cell in (a, b) if isinstance(cell, ExcelError)), None)
        rows.append([error or (ExcelError.DIV0 if not b else function(a, b))])  # type: ignore[arg-type]
    return rows
