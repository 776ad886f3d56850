"""GAPS: what is missing in the map of the customer journey, in sentences in the language of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.headers import Columns
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid, is_blank, text
from xl_lifecycle.core.language.text import Label, Text, labels, text_width, translate
from xl_lifecycle.core.language.vocabulary import Language

# The columns that GAPS reads.
COLUMNS = labels(
    "journey",
    {
        "stage": "Stage",
        "marketing": "Marketing",
        "sales": "Sales",
        "service": "Service",
        "owner": "Owner",
        "from_stage": "From stage",
        "to_stage": "To stage",
        "rule": "Hand over when",
        "within": "Within hours",
        "took": "Took hours",
        "responsible": "Responsible",
        "promised_by": "Promised by",
        "promised_to": "Promised to",
        "promise": "Promise",
        "measure": "Measure",
        "promised": "Promised value",
        "asset": "Asset",
        "persona": "Persona",
        "answered": "Question answered",
        "buying_stage": "Buying stage",
        "asked": "Question",
    },
)
_COLUMNS = Columns(COLUMNS)
DEPARTMENTS = ("marketing", "sales", "service")
ROLES = labels("journey", {"leads": "leads", "helps": "helps", "informed": "informed"})
WHOLE = Label("Whole journey", "journey")  # the row of Owners with the tour guide

SENTENCES = labels(
    "cells",
    {
        "owner": "No owner: {}",
        "guide": "No tour guide: nobody owns the whole journey",
        "lead": "Not exactly one department leads: {}",
        "handoff": "No hand-off agreed: {}",
        "incomplete": "Hand-off incomplete: {}",
        "late": "Hand-off later than agreed: {}",
        "silent": "Promises nothing to the others: {}",
        "unchecked": "Promise that cannot be checked: {}",
        "broken": "Promise not kept: {}",
        "unanswered": "Question that no content answers: {}",
        "empty_stage": "Stage without content: {}",
        "empty_persona": "Persona without content: {}",
        "no_persona": "No persona described yet",
        "none": "No gaps found",
        "more": "and {} more",
        "reached": "{:.0%} reached",
        "hours": "{:g} h, agreed {:g}",
    },
)
MOST_SENTENCES = 12  # at once: either there is no persona, or some personas have no content
ATTAINED = 3  # the argument that is not a table
LONGEST = 110  # width of a list in a sentence, in Latin letters; Korean and Japanese letters are twice as wide

Row = dict[str, Scalar]


def gaps(args: Sequence[Value]) -> Grid:
    """A sentence for each kind of gap, or one that says there are no gaps. Tables that are not given are skipped.

    args: the tables Owners, Handoffs, Agreements, how far each agreement is reached (ATTAINMENT), ContentAudit,
    BuyerQuestions and Personas, each with its headers.
    """
    tables = [*args, *[None] * 7][:7]
    for i, arg in enumerate(tables):
        if isinstance(arg, ExcelError) and i != ATTAINED:
            raise Refusal(arg, "the {what} is {error}", what=Text("table"), error=arg)
    language = _language(as_grid(tables[0])[0])
    owners = _COLUMNS.rows(as_grid(tables[0]))
    handoffs, agreements, content, questions, personas = (
        None if is_blank(tables[i]) else _COLUMNS.rows(as_grid(tables[i])) for i in (1, 2, 4, 5, 6)
    )
    reached = None if tables[ATTAINED] is None else [row[0] for row in as_grid(tables[ATTAINED])]
    stages = [_text(row, "stage") for row in owners if _text(row, "stage") and not _is_whole(row)]
    names_by_kind: dict[str, Iterable[str]] = dict(_of_owners(owners))
    if handoffs is not None:
        names_by_kind |= _of_handoffs(handoffs, stages, language)
    if agreements is not None:
        names_by_kind |= _of_agreements(agreements, reached, language)
    if content is not None:
        names_by_kind |= _of_content(content, stages, questions or [], personas)
    rows: list[list[Scalar]] = [
        [translate(SENTENCES[kind], language).format(_name_list(names, language))]
        for kind, names in names_by_kind.items()
        if names
    ]
    return rows or [[translate(SENTENCES["none"], language)]]


def _of_owners(owners: Sequence[Row]) -> Iterator[tuple[str, list[str]]]:
    stages = [row for row in owners if _text(row, "stage") and not _is_whole(row)]
    yield "owner", [_text(row, "stage") for row in stages if not _text(row, "owner")]
    yield "guide", [""] if not any(_is_whole(row) and _text(row, "owner") for row in owners) else []
    lead_words = {_folded(word) for word in ROLES["leads"].everywhere}
    without_one_lead = [
        row for row in stages if [_folded(row.get(each)) in lead_words for each in DEPARTMENTS].count(True) != 1
    ]
    yield "lead", [_text(row, "stage") for row in without_one_lead]


def _of_handoffs(handoffs: Sequence[Row], stages: Sequence[str], language: Language) -> dict[str, list[str]]:
    """From each stage to the next there must be a hand-off, with a rule, a limit in hours and someone responsible."""
    missing, incomplete, late = [], [], []
    pairs = {(_folded(row.get("from_stage")), _folded(row.get("to_stage"))) for row in handoffs}
    for start, end in pairwise(stages):
        if (_folded(start), _folded(end)) not in pairs:
            missing.append(f"{start} → {end}")
    for row in handoffs:
        start, end = _text(row, "from_stage"), _text(row, "to_stage")
        if not (start or end):
            continue
        empty_columns = [key for key in ("rule", "responsible") if not _text(row, key)]
        within, took = _number(row.get("within")), _number(row.get("took"))
        empty_columns += ["within"] if within is None else []
        if empty_columns:
            incomplete.append(
                f"{start} → {end}: {', '.join(translate(COLUMNS[key], language) for key in empty_columns)}"
            )
        if within is not None and took is not None and took > within:
            late.append(f"{start} → {end}: {translate(SENTENCES['hours'], language).format(took, within)}")
    return {"handoff": missing, "incomplete": incomplete, "late": late}


def _of_agreements(
    agreements: Sequence[Row], reached: Sequence[Scalar] | None, language: Language
) -> dict[str, list[str]]:
    """Each department must promise something, and every promise must be measurable and kept."""
    unchecked, broken = [], []
    departments = {_folded(row.get("promised_by")) for row in agreements if _text(row, "promise")}
    silent = [
        translate(COLUMNS[key], language)
        for key in DEPARTMENTS
        if not {_folded(name) for name in COLUMNS[key].everywhere} & departments
    ]
    for i, row in enumerate(agreements):
        if reached is None:
            break
        share = _number(reached[i]) if i < len(reached) else None
        if _text(row, "promise") and share is None:
            unchecked.append(_text(row, "promise"))
        elif share is not None and share < 1:
            share_text = translate(SENTENCES["reached"], language).format(min(share, 0.99))
            broken.append(f"{_text(row, 'promise') or _text(row, 'measure')} ({share_text})")
    return {"silent": silent, "unchecked": unchecked, "broken": broken}


def _of_content(
    content: Sequence[Row], stages: Sequence[str], questions: Sequence[Row], personas: Sequence[Row] | None
) -> dict[str, list[str]]:
    """Every question, stage and persona must have content; a row without a name is not counted as content."""
    audited = [row for row in content if _text(row, "asset")]

    def without_content(names: Iterable[str], key: str) -> list[str]:
        answers = {_folded(row.get(key)) for row in audited}
        return [name for name in names if name and _folded(name) not in answers]

    persona_names = [_text(row, "persona") for row in personas or []]
    return {
        "unanswered": without_content((_text(row, "asked") for row in questions), "answered"),
        "empty_stage": without_content(stages, "buying_stage"),
        "empty_persona": without_content(persona_names, "persona"),
        "no_persona": [""] if personas is not None and not any(persona_names) else [],
    }


def _language(header: Sequence[Scalar]) -> Language:
    if not {"stage", "owner"} <= {*_COLUMNS.keys(header)}:
        raise Refusal(ExcelError.VALUE, "GAPS takes the table Owners with its headers first")
    return _COLUMNS.language(header)


def _name_list(names: Iterable[str], language: Language) -> str:
    """As many names as fit on one line, and the number of the others."""
    names = list(dict.fromkeys(names))
    short_list: list[str] = []
    for name in names:
        if short_list and text_width("; ".join([*short_list, name])) > LONGEST:
            break
        short_list.append(name)
    more = (
        [translate(SENTENCES["more"], language).format(len(names) - len(short_list))]
        if len(short_list) < len(names)
        else []
    )
    return "; ".join([*short_list, *more])


def _is_whole(row: Row) -> bool:
    return _folded(row.get("stage")) in {_folded(name) for name in WHOLE.everywhere}


def _text(row: Row, key: str) -> str:
    return text(row.get(key))


def _folded(cell: Scalar) -> str:
    return text(cell).casefold()


def _number(cell: Scalar) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
