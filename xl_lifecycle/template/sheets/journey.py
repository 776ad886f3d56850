"""Journey: who leads each stage, the hand-offs, what was promised, what is missing, and when to review."""

from __future__ import annotations

from xl_lifecycle.core.analysis.gaps import COLUMNS, ROLES, WHOLE
from xl_lifecycle.core.cells.addresses import absolute_area
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, as_grid
from xl_lifecycle.core.language.vocabulary import Stage
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref, value_style
from xl_lifecycle.template.planning_tables import List, ListColumn, ListOnSheet, place_list, same, unit_of
from xl_lifecycle.template.sheets.review import review

PERIOD_ROW, REVIEW_ROW, OWNERS_ROW, RULES_ROW = 3, 7, 13, 29
GAPS_COLUMN, AGREEMENTS_COLUMN = 6, 10
MOST_AGREEMENTS = 60  # maximum number of promises
STAGES = tuple(stage.value for stage in Stage)
PARTIES = tuple(COLUMNS[key] for key in ("marketing", "sales", "service"))
LEADS, HELPS, INFORMED = ROLES.values()
MARKETING, SALES, SERVICE = PARTIES

OWNERS = List(
    "Owners",
    (
        ListColumn(COLUMNS["stage"], 27),
        *(ListColumn(COLUMNS[key], 22, choices=tuple(ROLES.values())) for key in ("marketing", "sales", "service")),
        ListColumn(COLUMNS["owner"], 24),
    ),
    (
        ("Attract", LEADS, INFORMED, INFORMED, None),
        ("Capture", LEADS, INFORMED, INFORMED, None),
        ("Nurture", LEADS, HELPS, INFORMED, None),
        ("Convert", HELPS, LEADS, INFORMED, None),
        ("Expand", HELPS, HELPS, LEADS, None),
        (WHOLE, None, None, None, None),
    ),
)
HANDOFFS = List(
    "Handoffs",
    (
        ListColumn(COLUMNS["from_stage"], 27, choices=STAGES),
        ListColumn(COLUMNS["to_stage"], 22, choices=STAGES),
        ListColumn(COLUMNS["within"], 22, "input number"),
        ListColumn(COLUMNS["took"], 22, "input number"),
        ListColumn(COLUMNS["responsible"], 24, "input listed"),
        ListColumn(COLUMNS["rule"], 58, "input listed"),
        ListColumn(COLUMNS["measure"], 28),
    ),
    (
        ("Attract", "Capture", None, None, None, "A visitor leaves a name and an address", same("CONVERSION_RATE")),
        ("Capture", "Nurture", None, None, None, "A lead agreed to hear from us", same("MQL_RATE")),
        (
            "Nurture",
            "Convert",
            None,
            None,
            None,
            "A lead meets the definition of Settings, LeadDefinitions",
            same("MQL_TO_SQL_RATE"),
        ),
        (
            "Convert",
            "Convert",
            None,
            None,
            None,
            "Sales accepts a lead as an opportunity",
            same("SQL_TO_OPPORTUNITY_RATE"),
        ),
        ("Convert", "Expand", None, None, None, "The contract is signed", same("WIN_RATE")),
    ),
)
AGREEMENTS = List(
    "Agreements",
    (
        ListColumn(COLUMNS["promised_by"], 18, choices=PARTIES),
        ListColumn(COLUMNS["promised_to"], 18, choices=PARTIES),
        ListColumn(COLUMNS["promise"], 48),
        ListColumn(COLUMNS["measure"], 28),
        ListColumn(COLUMNS["promised"], 16, unit_of=3),
    ),
    (
        (MARKETING, SALES, "As many leads as agreed", same("LEAD_GOAL_ATTAINMENT"), None),
        (MARKETING, SALES, "Qualified leads that sales accepts", same("MQL_TO_SQL_RATE"), None),
        (SALES, MARKETING, "Accepted leads become opportunities", same("SQL_TO_OPPORTUNITY_RATE"), None),
        (SALES, SERVICE, "Opportunities are won", same("WIN_RATE"), None),
        (SERVICE, SALES, "Customers stay", same("RETENTION"), None),
        (SERVICE, MARKETING, "Customers recommend us", same("NPS"), None),
    ),
)


def journey(draft: Draft, tables: tuple[ListOnSheet, ListOnSheet, ListOnSheet]) -> SheetPlan:
    """Plan the Journey sheet. tables: ContentAudit, BuyerQuestions and Personas, which are on the sheet Content."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["journey"], color="start")
    sheet.put(1, 1, word("Journey"), "title")
    hint = "Who leads each stage, when a lead passes on, what each department promises, and what is still missing."
    sheet.put(2, 1, word(hint), "subtitle")
    _, period = pick_place(draft, sheet, PERIOD_ROW, channel=False)
    review(draft, sheet, REVIEW_ROW)
    sheet.put(OWNERS_ROW - 1, 1, word("Who leads, who helps, who is informed"), "group")
    owners = place_list(draft, sheet, OWNERS, OWNERS_ROW, 1)
    guide = "The owner of the whole journey is its tour guide: one person who sees it with the customer's eyes."
    sheet.put(OWNERS_ROW + len(owners.rows) + 1, 1, word(guide), "note")
    sheet.put(RULES_ROW - 2, 1, word("Hand-offs: when a lead or customer passes on, and to whom"), "group")
    note = "Agree each rule with both sides. Measure: any function or name; its rate is shown at the right."
    sheet.put(RULES_ROW - 1, 1, word(note), "note")
    handoffs = place_list(draft, sheet, HANDOFFS, RULES_ROW, 1)
    _put_values(draft, sheet, handoffs, 6, 8, period)
    sheet.put(RULES_ROW - 2, AGREEMENTS_COLUMN, word("What each department promises the others"), "group")
    note = "A rate is a fraction: 0.25 is 25%. Kept: in the period chosen, in the direction that is better."
    sheet.put(RULES_ROW - 1, AGREEMENTS_COLUMN, word(note), "note")
    agreements = place_list(draft, sheet, AGREEMENTS, RULES_ROW, AGREEMENTS_COLUMN)
    _put_values(draft, sheet, agreements, 3, AGREEMENTS_COLUMN + 5, period)
    attained = _put_attainment(draft, sheet, agreements, period)
    sheet.put(OWNERS_ROW, GAPS_COLUMN, word("Gaps"), "header")
    first, *others = (table.all for table in (owners, handoffs, agreements, *tables))
    missing = draft.call("GAPS", first, *others[:2], attained, *others[2:])
    sheet.put(OWNERS_ROW + 1, GAPS_COLUMN, missing, "listed")
    sheet.artefacts |= {
        "X12": (OWNERS_ROW, 1),
        "X13": (RULES_ROW, AGREEMENTS_COLUMN),
        "X14": (RULES_ROW, 1),
        "X09": (REVIEW_ROW, 1),
    }
    return sheet


def _put_values(draft: Draft, sheet: SheetPlan, table: ListOnSheet, measure: int, column: int, period: Ref) -> None:
    """Put the value of each row's measure for the whole company beside the table."""
    sheet.put(table.row, column, draft.word("Measured"), "header_right")
    values = draft.call("KPI", table[measure], draft.content.everything, period, draft.data)
    styles = [value_style(unit_of(draft, name)) for name in table.values(measure)]
    sheet.put(table.row + 1, column, values, styles)
    sheet.widths[column] = 14


def _put_attainment(draft: Draft, sheet: SheetPlan, agreements: ListOnSheet, period: Ref) -> Ref:
    """Put how far each promise is reached, and whether it is kept. Returns the cells, with rows that people may add.

    The cells have no errors, because LibreOffice does not call a function if an argument has an error.
    """
    attainment = draft.call("ATTAINMENT", agreements[3], draft.content.everything, period, agreements[4], draft.data)
    column = AGREEMENTS_COLUMN + 6
    sheet.put(RULES_ROW, column, draft.word("Attained"), "header_right")
    numbers: Grid = [["" if isinstance(cell, ExcelError) else cell for cell in row] for row in attainment.values]
    text = f'=IFERROR({attainment.text.removeprefix("=")},"")'
    sheet.put(RULES_ROW + 1, column, Formula(text, numbers), "attained")
    sheet.widths[column] = 12
    _put_status(draft, sheet, Ref(attainment.text.removeprefix("="), attainment.values))
    rows = [*numbers, *[[None]] * (MOST_AGREEMENTS - attainment.height)]
    return Ref(absolute_area((RULES_ROW + 1, column, RULES_ROW + MOST_AGREEMENTS, column)), rows)


def _put_status(draft: Draft, sheet: SheetPlan, attained: Ref) -> None:
    kept_word, not_kept_word, unknown_word = (draft.word(text) for text in ("kept", "not kept", "not measured"))
    column = AGREEMENTS_COLUMN + 7
    sheet.put(RULES_ROW, column, draft.word("Kept?"), "header_indent")
    text = f'=IFERROR(IF({attained.text}>=1,"{kept_word}","{not_kept_word}"),"{unknown_word}")'

    def status(cell: Scalar) -> str:
        return unknown_word if isinstance(cell, ExcelError) else kept_word if float(cell or 0) >= 1 else not_kept_word

    sheet.put(RULES_ROW + 1, column, Formula(text, [[status(row[0])] for row in as_grid(attained.value)]), "listed")
    area = (RULES_ROW + 1, column, RULES_ROW + MOST_AGREEMENTS, column)
    sheet.colored += [(area, kept_word, "good"), (area, not_kept_word, "bad"), (area, unknown_word, "faint")]
    sheet.widths |= {column: 16, AGREEMENTS_COLUMN - 1: 3}
