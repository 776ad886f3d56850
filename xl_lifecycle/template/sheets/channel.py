"""A channel's sheet: its worksheet against target on top, then the channel through all stages, month by month."""

from __future__ import annotations

from xl_lifecycle.catalogue import Metric
from xl_lifecycle.measures import Measure
from xl_lifecycle.template.draft import Draft, Ref, key_of, month_header, names_ref, pick_place, value_style
from xl_lifecycle.template.layout import Chart, Formula, Series, Sheet, address, area
from xl_lifecycle.values import Scalar, is_blank
from xl_lifecycle.vocabulary import Stage, Table

# FANNIT's channel worksheet: cost, traffic, conversion, leads, CPL, CAC, revenue, per sale, ROI, LTV.
WORKSHEET = (
    "spend", "sessions", "leads", "conversion_rate", "cpl", "mqls", "new_customers", "cac",
    "sales_revenue", "revenue_per_sale", "roi", "ltv", "retention",
)  # fmt: skip


def channel_sheet(draft: Draft, channel: str) -> Sheet:
    """Plan a channel's sheet."""
    name = draft.content.place(channel)
    sheet = Sheet(draft.channel_sheets[channel], color="channel")
    sheet.put(0, 0, name, "title")
    sheet.put(1, 0, draft.word("This channel through all five stages, against its targets."), "subtitle")
    sheet.put(3, 0, draft.content.header("channel"), "label")
    sheet.put(3, 1, name, "fixed")
    sheet.widths |= {0: 36, 1: 34, 2: 15} | dict.fromkeys(range(3, 3 + len(draft.months)), 12)
    _, period = pick_place(draft, sheet, 3, channel=False)
    here = Ref(address(3, 1), name)
    row = worksheet(draft, sheet, 6, here, period)
    return _all_stages(draft, sheet, row + 1, here, period)


def worksheet(draft: Draft, sheet: Sheet, row: int, channel: Ref, period: Ref) -> int:
    """The main figures with target and attainment, and two charts beside them; returns the next free row."""
    word = draft.word
    entries = [draft.entry(name) for name in WORKSHEET]
    sheet.row(row, 0, [word("Figure"), word("Function")], "header")
    sheet.row(row, 2, [word("Value"), word("Target"), word("Attained")], "header_right")
    names = names_ref(entries, row + 1)
    for i, entry in enumerate(entries, row + 1):
        sheet.put(i, 0, draft.title(entry), "label")
        sheet.put(i, 1, key_of(entry), "code")
        sheet.put(i, 3, _target(draft, i, channel, period, key_of(entry)), value_style(entry.unit))
    styles = ", ".join(value_style(entry.unit) for entry in entries)
    sheet.put(row + 1, 2, draft.call("KPI", names, channel, period, draft.data), "by row: " + styles)
    last = row + len(entries)
    targets = Ref(area(row + 1, 3, last, 3), [[_cached(sheet, i, 3)] for i in range(row + 1, last + 1)])
    sheet.put(row + 1, 4, draft.call("ATTAINMENT", names, channel, period, targets, draft.data), "attained")
    sheet.marks.append((row + 1, 4, last, 4))
    return last + 1


def _target(draft: Draft, row: int, channel: Ref, period: Ref, name: str) -> Formula:
    """The target that stands in the table Targets for a name, the sheet's channel and its period; else empty."""
    word = draft.word
    columns = {key: f"Targets[{word(key)}]" for key in ("Metric", "Target")}
    columns |= {"Channel": f"Targets[{draft.content.header('channel')}]", "Period": f"Targets[{word('Period')}]"}
    test = (
        f"({columns['Metric']}={address(row, 1)})*({columns['Channel']}={channel.text})"
        f'*({columns["Period"]}&""={period.text}&"")*({columns["Target"]}<>"")'
    )
    # SUMPRODUCT also works on a table of one row, which is no array
    found = f'IF(SUMPRODUCT({test})=1,SUMPRODUCT({test}*{columns["Target"]}),"")'
    text = f'=IFERROR({found},"")'
    return Formula(text, [[_find_target(draft, name, channel.value, period.value)]])


def _find_target(draft: Draft, name: str, channel: object, period: object) -> Scalar:
    """The only target for a name, channel and period; "" where there is none, or more than one."""
    wanted = (name.casefold(), str(channel).casefold(), _as_text(period))
    found = [
        target.target
        for target in draft.content.targets
        if not is_blank(target.target)
        and (target.name.casefold(), draft.content.place(target.channel).casefold(), _as_text(target.period)) == wanted
    ]
    only = found[0] if len(found) == 1 else ""
    return float(only) if isinstance(only, (int, float)) else ""


def _as_text(period: object) -> str:
    return f"{period:g}" if isinstance(period, float) else str(period).casefold()


def _cached(sheet: Sheet, row: int, column: int) -> Scalar:
    found = next(cell.content for cell in sheet.cells if (cell.row, cell.column) == (row, column))
    return found.values[0][0] if isinstance(found, Formula) else found


def _all_stages(draft: Draft, sheet: Sheet, row: int, channel: Ref, period: Ref) -> Sheet:
    """Every stage's measures and metrics by month, one formula a stage."""
    periods = month_header(draft, sheet, row, period)
    header = row
    at: dict[str, int] = {}
    row += 1
    for stage in Stage:
        entries = _stage_entries(draft, stage)
        sheet.put(row, 0, draft.word(stage.value), "group")
        for i, entry in enumerate(entries, row + 1):
            sheet.put(i, 0, draft.title(entry), "label")
            sheet.put(i, 1, key_of(entry), "code")
            at[entry.name] = i
        formula = draft.call("KPI", names_ref(entries, row + 1), channel, periods, draft.data)
        sheet.put(row + 1, 2, formula, "by row: " + ", ".join(value_style(entry.unit) for entry in entries))
        row += len(entries) + 2
    last = 2 + len(draft.months)
    for i, (name, kind) in enumerate((("leads", "column"), ("cac", "line"))):
        entry = draft.entry(name)
        series = Series(draft.title(entry), (header, 3, header, last), (at[name], 3, at[name], last))
        title, style = draft.title(entry), value_style(entry.unit)
        sheet.charts.append(Chart(kind, title, [series], 6, 6 + 4 * i, 350, 275, style))
    return sheet


def _stage_entries(draft: Draft, stage: Stage) -> list[Measure | Metric]:
    """What a channel's sheet shows of a stage: spend first, then what is recorded, then what is computed."""
    spend = [draft.catalogue.measures["spend"]] if stage is Stage.ATTRACT else []
    return [*spend, *draft.catalogue.table(Table(stage.value)), *draft.catalogue.stage(stage)]
