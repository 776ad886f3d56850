"""Reads the workbook's tables into facts. A cell that cannot be read becomes a problem, never a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from xl_lifecycle.core.catalogue.catalogue import Catalogue, nearest
from xl_lifecycle.core.catalogue.custom_metrics import is_custom, main_table, read_custom
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.headers import header_keys, header_text, setting_of
from xl_lifecycle.core.cells.months import EPOCH, Month, cell_date, parse_month, serial
from xl_lifecycle.core.cells.periods import FiscalYear
from xl_lifecycle.core.cells.records import Record, records, text_in
from xl_lifecycle.core.cells.values import Grid, Scalar, amount, is_blank
from xl_lifecycle.core.dataset.coverage import channels_in, coverage_of, range_end, range_start
from xl_lifecycle.core.dataset.history import REVISION_COLUMNS, Reading, Revision, parse_read, spans
from xl_lifecycle.core.dataset.tables import Fact, Problem, Tables
from xl_lifecycle.core.language.channels import channel_key
from xl_lifecycle.core.language.text import Label, Text, to_english
from xl_lifecycle.core.language.vocabulary import ALL, LANGUAGES, NOT_ATTRIBUTED, known_language
from xl_lifecycle.core.metrics.measures import Measure

Place = tuple[Month, str, str]  # month, channel, campaign
_NO_CHANNEL = '"{channel}" cannot be a channel: "All" and names with "/" have a special meaning'


def read_tables(grids: Iterable[Grid] | Mapping[str, Grid], catalogue: Catalogue) -> Tables:
    """Read tables, each with a header row. The headers say which table it is."""
    tables_by_name = [*grids.items()] if isinstance(grids, Mapping) else [(None, grid) for grid in grids]
    custom = read_custom(tables_by_name, catalogue)
    problems = [Problem(table, row, column, text, ExcelError.VALUE) for table, row, column, text in custom.wrong]
    tables = Tables(custom.catalogue, problems=problems, custom=custom.rows)
    for name, grid in tables_by_name:
        _read(tables, name, grid)
    return tables


def _read(tables: Tables, name: str | None, grid: Grid) -> None:
    header = [header_text(cell) for cell in grid[0]] if grid else []
    keys = header_keys(header)
    columns = {i: measure for i, cell in enumerate(header) if (measure := tables.catalogue.measure_of(cell))}

    def reader(usual_name: str) -> _TableReader:
        return _TableReader(tables, name or usual_name, grid, header)

    if "setting" in keys:
        reader("Settings").settings()
    elif {"measure", "from", "to"} <= keys.keys():
        reader("Imports").imports()
    elif {"measure", "old_value", "new_value"} <= keys.keys():
        reader("Revisions").revisions()
    elif {"kind", "item", "value"} <= keys.keys():
        reader("Items").items()
    elif columns:
        reader(main_table(columns.values())).measures(columns)
    elif is_custom(keys):
        return
    elif "channel" in keys and "month" not in keys:
        reader("Channels").channels()
    elif "network" in keys and "month" not in keys:
        reader("Networks").networks()
    else:
        headers = ", ".join(filter(None, header)) or Text("nothing")
        reader("a table").problem(
            0, 0, Text("no column is a known measure; the columns are {columns}", columns=headers)
        )


def cannot_be_channel(channel: str) -> bool:
    """Whether a name has a special meaning."""
    return channel == ALL or "/" in channel


class _TableReader:
    """Reads one table into the common result."""

    def __init__(self, tables: Tables, name: str, grid: Grid, header: Sequence[str]) -> None:
        self.tables, self.catalogue, self.name, self.header = tables, tables.catalogue, name, header
        self.records = [*records(grid)]
        self.keys = header_keys(header)

    def problem(
        self, row: int, column: int | str, text: str, error: ExcelError = ExcelError.VALUE, **unknown: object
    ) -> None:
        """Note what is wrong with a cell. column: its number or key. unknown: the values that it makes unknown."""
        at = self.keys.get(column, 0) if isinstance(column, str) else column
        self.tables.problems.append(Problem(self.name, row, at, text, error, **unknown))  # type: ignore[arg-type]

    def measures(self, columns: Mapping[int, Measure]) -> None:
        names = tuple(measure.name for measure in columns.values())
        self.tables.recorded.update(names)
        if "month" not in self.keys:
            hint = nearest("month", [cell for cell in self.header if cell])
            self.problem(
                0, 0, Text("{table} has no column Month{hint}", table=Text(self.name), hint=hint), measures=names
            )
            return
        self._check_headers(columns)
        for record in self.records:
            cells = record.cells
            cells_with_values = [(i, m) for i, m in columns.items() if i < len(cells) and not is_blank(cells[i])]
            if cells_with_values:
                place = self._place(record, tuple(m.name for _, m in cells_with_values))
                for i, measure in cells_with_values:
                    self._fact(record.row, i, measure, cells[i], place, None)

    def items(self) -> None:
        for record in self.records:
            if is_blank(record["value"]):
                continue
            kind = self.catalogue.kind_of(str(record["kind"]))
            if kind is None:
                known = nearest(str(record["kind"]), self.catalogue.kinds)
                self.problem(
                    record.row,
                    "kind",
                    Text('"{word}" is not a kind of item{hint}', word=record["kind"], hint=known),
                )
                continue
            word = record["measure"]
            measure = self.catalogue.measures[kind.main] if is_blank(word) else self.catalogue.measure_of(str(word))
            if measure is None:
                known = nearest(str(word), self.catalogue.headers)
                self.problem(record.row, "measure", Text('"{word}" is not a measure{hint}', word=word, hint=known))
                continue
            if is_blank(record["item"]):
                nameless = (kind.name, "")
                self.problem(record.row, "item", "the item is empty", measures=(measure.name,), item=nameless)
                continue
            self.tables.recorded.add(measure.name)
            item = (kind.name, text_in(record["item"]))
            place = self._place(record, (measure.name,), item)
            self._fact(record.row, "value", measure, record["value"], place, item)

    def channels(self) -> None:
        for record in self.records:
            cell = record["channel"]
            if is_blank(cell):
                continue
            channel = channel_key(text_in(cell))
            if isinstance(cell, ExcelError) or cannot_be_channel(channel):
                self.problem(record.row, "channel", Text(_NO_CHANNEL, channel=channel))
            else:
                self.tables.channels.append(channel)

    def networks(self) -> None:
        self.tables.networks += [
            text_in(record["network"]) for record in self.records if not is_blank(record["network"])
        ]

    def settings(self) -> None:
        cells_by_key: dict[str, tuple[int, Scalar]] = {}
        for record in self.records:
            key = setting_of(record["setting"])
            if key and not is_blank(record["value"]):
                cells_by_key[key] = (record.row, record["value"])
        settings = self.tables.settings
        period = cells_by_key.get("period", (0, settings.period))[1]
        if isinstance(period, dt.date):
            period = serial(cell_date(period) or EPOCH)
        settings.period = float(period) if isinstance(period, int) else period  # hosts differ; the token must not
        settings.currency = str(cells_by_key.get("currency", (0, settings.currency))[1]).upper()
        settings.folder, settings.prefer = (
            text_in(cells_by_key[key][1]) if key in cells_by_key else "" for key in ("folder", "prefer")
        )
        row, start = cells_by_key.get("fiscal_start", (0, 1))
        named_row, named_after = cells_by_key.get("fiscal_named", (0, "end"))
        column = self.keys.get("value", 1)
        at, code = cells_by_key.get("language", (0, settings.language))
        if language := known_language(str(code).casefold()):
            settings.language = language
        else:
            known, what = ", ".join(LANGUAGES), Label("Language", "headers", english="language")
            self.problem(
                at, column, Text('the {what} "{text}" is not one of {known}', what=what, text=code, known=known)
            )
        problem = ""
        if str(named_after).casefold() not in ("start", "end"):
            problem = Text('"{text}" is neither start nor end', text=text_in(named_after))
            self.problem(named_row, column, problem)
        if isinstance(start, bool) or not isinstance(start, (int, float)) or start not in range(1, 13):
            problem = Text('"{text}" is not a month from 1 to 12', text=text_in(start))
            self.problem(row, column, problem)
            start = 1
        settings.fiscal = FiscalYear(int(start), str(named_after).casefold() == "start", problem)

    def imports(self) -> None:
        """What imports read, and what they cover; the import of an item says nothing about the whole measure."""
        for record in self.records:
            word, first, last = (record[key] for key in ("measure", "from", "to"))
            if is_blank(word):
                continue
            whole = not (is_blank(first) and is_blank(last))
            measure = self.catalogue.measure_of(str(word))
            start, end = (range_start(first), range_end(last)) if whole else (dt.date.min, dt.date.max)
            if measure is None:
                known = nearest(str(word), self.catalogue.headers)
                self.problem(record.row, "measure", Text('"{word}" is not a measure{hint}', word=word, hint=known))
            elif start is None or end is None or start > end:
                self.problem(
                    record.row,
                    "from",
                    Text('"{first}" to "{last}" is not a range of days or months', first=first, last=last),
                )
            else:
                try:
                    read = parse_read(record["read_on"])
                except ValueError as error:
                    self.problem(record.row, "read_on", error.args[0])
                    read = ()
                channels = tuple(sorted(channel.casefold() for channel in channels_in(record["channels"])))
                source = to_english(text_in(record["source"]), "sources")
                reading = Reading(measure.name, source, channels, spans(read, start, end), whole)
                self.tables.readings.append(reading)
        self.tables.coverage = coverage_of(self.tables.readings)

    def revisions(self) -> None:
        for record in self.records:
            cells = {key: record[key] for key in REVISION_COLUMNS}
            if all(is_blank(cell) for cell in cells.values()):
                continue
            measure = self.catalogue.measure_of(text_in(cells["measure"]))
            try:
                if measure is None:
                    raise ValueError(Text('"{word}" is not a measure{hint}', word=text_in(cells["measure"]), hint=""))
                days = [None if is_blank(cells[key]) else cell_date(cells[key]) for key in ("changed_on", "old_of")]
                values = [None if is_blank(cells[key]) else amount(cells[key]) for key in ("old_value", "new_value")]
                month = parse_month(cells["month"])
                if days[0] is None and not is_blank(cells["changed_on"]):
                    raise ValueError(Text('"{text}" is not a day', text=text_in(cells["changed_on"])))
            except (ValueError, Refusal) as error:
                self.problem(record.row, "measure", Text("a revision cannot be read: {why}", why=error.args[0]))
                continue
            kind = self.catalogue.kind_of(text_in(cells["kind"]))
            names = kind.name if kind else text_in(cells["kind"]), text_in(cells["item"])
            channel = NOT_ATTRIBUTED if is_blank(cells["channel"]) else channel_key(text_in(cells["channel"]))
            place = month, channel, text_in(cells["campaign"]), names if any(names) else None
            origin = text_in(cells["source"]), text_in(cells["file"])
            self.tables.revisions.append(
                Revision(days[0], measure.name, *place, values[0], days[1], values[1], *origin, record.row)
            )

    def _check_headers(self, columns: Mapping[int, Measure]) -> None:
        columns_by_measure: dict[str, int] = {}
        for i, measure in columns.items():
            if measure.name in columns_by_measure:
                self.problem(0, i, Text('two columns are "{label}"', label=measure.label), measures=(measure.name,))
            columns_by_measure[measure.name] = i

    def _place(self, record: Record, measures: tuple[str, ...], item: tuple[str, str] | None = None) -> Place | None:
        """Month, channel and campaign of a row; if one cannot be read, a problem makes its measures unknown."""
        cell = record["channel"]
        channel = NOT_ATTRIBUTED if is_blank(cell) else channel_key(text_in(cell))
        campaign = "" if is_blank(record["campaign"]) else text_in(record["campaign"])
        if isinstance(cell, ExcelError) or cannot_be_channel(channel):
            self.problem(record.row, "channel", Text(_NO_CHANNEL, channel=channel), measures=measures, item=item)
            return None
        if isinstance(record["campaign"], ExcelError):
            text = Text("the {what} is {error}", what=Text("campaign"), error=campaign)
            self.problem(record.row, "campaign", text, measures=measures, channel=channel, item=item)
            return None
        try:
            value = record["month"]
            if is_blank(value):
                raise ValueError(Text("the {what} is empty", what=Text("month")))
            return parse_month(value), channel, campaign
        except ValueError as error:
            self.problem(
                record.row, "month", error.args[0], measures=measures, channel=channel, campaign=campaign, item=item
            )
            return None

    def _fact(
        self,
        row: int,
        column: int | str,
        measure: Measure,
        cell: Scalar,
        place: Place | None,
        item: tuple[str, str] | None,
    ) -> None:
        if place is None:
            return
        month, channel, campaign = place
        try:
            value = amount(cell)
            if value < 0 and not measure.negative:
                raise Refusal(ExcelError.NUM, "{value:g} is below 0", value=value)
        except Refusal as refusal:
            self.problem(
                row,
                column,
                Text("{label}: {why}", label=measure.label, why=refusal.reason),
                refusal.error,
                measures=(measure.name,),
                month=month,
                channel=channel,
                campaign=campaign,
                item=item,
            )
            return
        self.tables.facts.append(Fact(measure.name, month, channel, campaign, value, item, self.name, row))
