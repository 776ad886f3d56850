"""GAPS: what the map of the customer journey lacks, one sentence for each kind, in the language of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.headers import Columns
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid, is_blank, text
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import Labels

# The columns that are looked at, in English, Korean and Japanese.
COLUMNS: Mapping[str, Labels] = {
    "stage": ("Stage", "단계", "ステージ"),
    "marketing": ("Marketing", "마케팅", "マーケティング"),
    "sales": ("Sales", "영업", "営業"),
    "service": ("Service", "서비스", "サービス"),
    "owner": ("Owner", "책임자", "責任者"),
    "from_stage": ("From stage", "넘기는 단계", "引き渡し元"),
    "to_stage": ("To stage", "받는 단계", "引き渡し先"),
    "rule": ("Hand over when", "인계 조건", "引き渡し条件"),
    "within": ("Within hours", "인계 기한(시간)", "期限(時間)"),
    "took": ("Took hours", "실제 소요(시간)", "実際の所要(時間)"),
    "responsible": ("Responsible", "담당자", "担当者"),
    "promised_by": ("Promised by", "약속하는 부서", "約束する部門"),
    "promised_to": ("Promised to", "약속받는 부서", "約束の相手"),
    "promise": ("Promise", "약속", "約束"),
    "measure": ("Measure", "측정 지표", "測定値"),
    "promised": ("Promised value", "약속한 값", "約束した値"),
    "asset": ("Asset", "콘텐츠", "コンテンツ"),
    "persona": ("Persona", "페르소나", "ペルソナ"),
    "answered": ("Question answered", "답하는 질문", "答える質問"),
    "buying_stage": ("Buying stage", "구매 단계", "購買ステージ"),
    "asked": ("Question", "질문", "質問"),
}
_COLUMNS = Columns(COLUMNS)
DEPARTMENTS = ("marketing", "sales", "service")
ROLES: Mapping[str, Labels] = {
    "leads": ("leads", "주도", "主導"),
    "helps": ("helps", "지원", "支援"),
    "informed": ("informed", "공유", "共有"),
}
WHOLE: Labels = ("Whole journey", "여정 전체", "ジャーニー全体")  # the row of Owners that names the tour guide

SENTENCES: Mapping[str, Labels] = {
    "owner": ("No owner: {}", "책임자가 없음: {}", "責任者がいない：{}"),
    "guide": (
        "No tour guide: nobody owns the whole journey",
        "고객 여정 전체의 책임자가 없음: 한 사람을 정하세요",
        "ジャーニー全体の責任者がいない：1人決めてください",
    ),
    "lead": ("Not exactly one department leads: {}", "주도 부서가 하나가 아님: {}", "主導する部門が1つでない：{}"),
    "handoff": ("No hand-off agreed: {}", "인계 규칙이 없음: {}", "引き渡しの取り決めがない：{}"),
    "incomplete": ("Hand-off incomplete: {}", "인계 규칙이 불완전함: {}", "引き渡しの取り決めが不完全：{}"),
    "late": ("Hand-off later than agreed: {}", "기한보다 늦은 인계: {}", "期限より遅い引き渡し：{}"),
    "silent": ("Promises nothing to the others: {}", "다른 부서에 한 약속이 없음: {}", "他部門への約束がない：{}"),
    "unchecked": ("Promise that cannot be checked: {}", "확인할 수 없는 약속: {}", "確認できない約束：{}"),
    "broken": ("Promise not kept: {}", "지키지 못한 약속: {}", "守れていない約束：{}"),
    "unanswered": (
        "Question that no content answers: {}",
        "답하는 콘텐츠가 없는 질문: {}",
        "答えるコンテンツがない質問：{}",
    ),
    "empty_stage": ("Stage without content: {}", "콘텐츠가 없는 단계: {}", "コンテンツがないステージ：{}"),
    "empty_persona": ("Persona without content: {}", "콘텐츠가 없는 페르소나: {}", "コンテンツがないペルソナ：{}"),
    "no_persona": ("No persona described yet", "설명된 페르소나가 아직 없음", "ペルソナがまだ書かれていない"),
    "none": ("No gaps found", "빠진 것이 없습니다", "抜けは見つかりません"),
    "more": ("and {} more", "외 {}건", "ほか{}件"),
    "reached": ("{:.0%} reached", "{:.0%} 달성", "達成率{:.0%}"),
    "hours": ("{:g} h, agreed {:g}", "실제 {:g}시간, 기한 {:g}시간", "実際{:g}時間、期限{:g}時間"),
}  # fmt: skip
MOST_SENTENCES = 12  # that can come together: either no persona is described, or one may lack content
ATTAINED = 3  # the argument that is no table
LONGEST = 110  # of a list in a sentence, in letters of English; others are twice as wide

Row = dict[str, Scalar]


def gaps(args: Sequence[Value]) -> Grid:
    """A sentence for each kind of gap, or that there is none. Tables that are not given are not looked at.

    args: the tables Owners, Handoffs, Agreements, how far each agreement is reached (ATTAINMENT), ContentAudit,
    BuyerQuestions and Personas, each with its headers.
    """
    given = [*args, *[None] * 7][:7]
    for i, arg in enumerate(given):
        if isinstance(arg, ExcelError) and i != ATTAINED:
            raise Refusal(arg, "the {what} is {error}", what=Text("table"), error=arg)
    language = _language(as_grid(given[0])[0])
    owners = _COLUMNS.rows(as_grid(given[0]))
    handoffs, agreements, content, questions, personas = (
        None if is_blank(given[i]) else _COLUMNS.rows(as_grid(given[i])) for i in (1, 2, 4, 5, 6)
    )
    reached = None if given[ATTAINED] is None else [row[0] for row in as_grid(given[ATTAINED])]
    stages = [_text(row, "stage") for row in owners if _text(row, "stage") and not _is_whole(row)]
    found: dict[str, Iterable[str]] = dict(_of_owners(owners))
    if handoffs is not None:
        found |= _of_handoffs(handoffs, stages, language)
    if agreements is not None:
        found |= _of_agreements(agreements, reached, language)
    if content is not None:
        found |= _of_content(content, stages, questions or [], personas)
    rows: list[list[Scalar]] = [
        [SENTENCES[kind][language].format(_listed(names, language))] for kind, names in found.items() if names
    ]
    return rows or [[SENTENCES["none"][language]]]


def _of_owners(owners: Sequence[Row]) -> Iterator[tuple[str, list[str]]]:
    stages = [row for row in owners if _text(row, "stage") and not _is_whole(row)]
    yield "owner", [_text(row, "stage") for row in stages if not _text(row, "owner")]
    yield "guide", [""] if not any(_is_whole(row) and _text(row, "owner") for row in owners) else []
    leading = {_folded(word) for word in ROLES["leads"]}
    unled = [row for row in stages if [_folded(row.get(each)) in leading for each in DEPARTMENTS].count(True) != 1]
    yield "lead", [_text(row, "stage") for row in unled]


def _of_handoffs(handoffs: Sequence[Row], stages: Sequence[str], language: int) -> dict[str, list[str]]:
    """From each stage to the next there is one, with a rule, a limit in hours and someone responsible."""
    missing, incomplete, late = [], [], []
    agreed = {(_folded(row.get("from_stage")), _folded(row.get("to_stage"))) for row in handoffs}
    for start, end in pairwise(stages):
        if (_folded(start), _folded(end)) not in agreed:
            missing.append(f"{start} → {end}")
    for row in handoffs:
        start, end = _text(row, "from_stage"), _text(row, "to_stage")
        if not (start or end):
            continue
        lacking = [key for key in ("rule", "responsible") if not _text(row, key)]
        within, took = _number(row.get("within")), _number(row.get("took"))
        lacking += ["within"] if within is None else []
        if lacking:
            incomplete.append(f"{start} → {end}: {', '.join(COLUMNS[key][language] for key in lacking)}")
        if within is not None and took is not None and took > within:
            late.append(f"{start} → {end}: {SENTENCES['hours'][language].format(took, within)}")
    return {"handoff": missing, "incomplete": incomplete, "late": late}


def _of_agreements(agreements: Sequence[Row], reached: Sequence[Scalar] | None, language: int) -> dict[str, list[str]]:
    """Each department promises something, and every promise can be measured and is kept."""
    unchecked, broken = [], []
    promising = {_folded(row.get("promised_by")) for row in agreements if _text(row, "promise")}
    silent = [COLUMNS[key][language] for key in DEPARTMENTS if not {_folded(name) for name in COLUMNS[key]} & promising]
    for i, row in enumerate(agreements):
        if reached is None:
            break
        share = _number(reached[i]) if i < len(reached) else None
        if _text(row, "promise") and share is None:
            unchecked.append(_text(row, "promise"))
        elif share is not None and share < 1:
            said = SENTENCES["reached"][language].format(min(share, 0.99))
            broken.append(f"{_text(row, 'promise') or _text(row, 'measure')} ({said})")
    return {"silent": silent, "unchecked": unchecked, "broken": broken}


def _of_content(
    content: Sequence[Row], stages: Sequence[str], questions: Sequence[Row], personas: Sequence[Row] | None
) -> dict[str, list[str]]:
    """Every question, stage and persona has content; what has no name is not counted as content."""
    audited = [row for row in content if _text(row, "asset")]

    def lacking(names: Iterable[str], key: str) -> list[str]:
        served = {_folded(row.get(key)) for row in audited}
        return [name for name in names if name and _folded(name) not in served]

    named = [_text(row, "persona") for row in personas or []]
    return {
        "unanswered": lacking((_text(row, "asked") for row in questions), "answered"),
        "empty_stage": lacking(stages, "buying_stage"),
        "empty_persona": lacking(named, "persona"),
        "no_persona": [""] if personas is not None and not any(named) else [],
    }


def _language(header: Sequence[Scalar]) -> int:
    if not {"stage", "owner"} <= {*_COLUMNS.keys(header)}:
        raise Refusal(ExcelError.VALUE, "GAPS takes the table Owners with its headers first")
    return _COLUMNS.language(header)


def _listed(names: Iterable[str], language: int) -> str:
    """Names in one line, as many as fit; and how many more there are."""
    names = list(dict.fromkeys(names))
    shown: list[str] = []
    for name in names:
        if shown and _width("; ".join([*shown, name])) > LONGEST:
            break
        shown.append(name)
    more = [SENTENCES["more"][language].format(len(names) - len(shown))] if len(shown) < len(names) else []
    return "; ".join([*shown, *more])


def _width(line: str) -> int:
    return sum(1 if ord(letter) < 0x1100 else 2 for letter in line)


def _is_whole(row: Row) -> bool:
    return _folded(row.get("stage")) in {_folded(name) for name in WHOLE}


def _text(row: Row, key: str) -> str:
    return text(row.get(key))


def _folded(cell: Scalar) -> str:
    return text(cell).casefold()


def _number(cell: Scalar) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
