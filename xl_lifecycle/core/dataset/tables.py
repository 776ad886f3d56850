"""The workbook's tables as rows of cells, read into facts; what cannot be read becomes a problem, never a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xl_lifecycle.core.catalogue.catalogue import Catalogue, nearest
from xl_lifecycle.core.catalogue.custom_metrics import CustomRow, home, is_custom, read_custom
from xl_lifecycle.core.cells.headers import header_keys, header_text, setting_of
from xl_lifecycle.core.cells.periods import EPOCH, FiscalYear, Month, cell_date, first_day, parse_month
from xl_lifecycle.core.cells.values import ExcelError, Grid, Refusal, Scalar, is_blank, number
from xl_lifecycle.core.dataset.history import REVISED, Reading, Revision, parse_read, spans
from xl_lifecycle.core.language.channels import channel_key
from xl_lifecycle.core.language.text import Label, Text, to_english
from xl_lifecycle.core.language.vocabulary import ALL, LANGUAGES, NOT_ATTRIBUTED, Language, known_language
from xl_lifecycle.core.metrics.measures import Measure

BETWEEN_CHANNELS = "; "


@dataclass(frozen=True)
class Fact:
    """One recorded number. campaign "" is the unallocated rest; item is (kind, item) or None."""

    measure: str
    month: Month
    channel: str
    campaign: str
    value: float
    item: tuple[str, str] | None
    table: str
    row: int


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be used: where (row 0 is the header), why, and the values that it makes unknown.

    month, channel and campaign None mean any: a row whose month cannot be read may belong to every month.
    """

    table: str
    row: int
    column: int
    text: str
    error: ExcelError
    measures: tuple[str, ...] = ()
    month: Month | None = None
    channel: str | None = None
    campaign: str | None = None
    item: tuple[str, str] | None = None

    @property
    def told(self) -> Text:
        """What is wrong, and in which row."""
        return Text("{table} row {row}: {why}", table=Text(self.table), row=self.row + 1, why=self.text)


@dataclass(frozen=True)
class Declared:
    """A measure's range as an import declares it: covered from the first month to the last, even without rows.

    channels: in small letters, those that its files brought; none where one of them does not tell.
    """

    measure: str
    source: str
    first: Month
    last: Month
    partial: tuple[Month, ...] = ()
    channels: tuple[str, ...] = ()


Place = tuple[Month, str, str]  # month, channel, campaign


@dataclass
class Settings:
    """What the Settings table says."""

    period: Scalar = "all"
    currency: str = "USD"
    language: Language = "en"
    fiscal: FiscalYear = field(default_factory=FiscalYear)
    folder: str = ""
    prefer: str = ""


@dataclass
class Tables:
    """All tables of a workbook, read. catalogue: with what its people defined."""

    catalogue: Catalogue
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    settings: Settings = field(default_factory=Settings)
    recorded: set[str] = field(default_factory=set)
    networks: list[str] = field(default_factory=list)  # whose items count in the whole; none: all
    custom: tuple[CustomRow, ...] = ()


def read_tables(grids: Iterable[Grid] | Mapping[str, Grid], catalogue: Catalogue) -> Tables:
    """Read tables, each a header row and rows; which table it is, its headers tell."""
    named = [*grids.items()] if isinstance(grids, Mapping) else [(None, grid) for grid in grids]
    defined = read_custom(named, catalogue)
    catalogue = defined.catalogue
    wrong = [Problem(table, row, column, text, ExcelError.VALUE) for table, row, column, text in defined.wrong]
    tables = Tables(catalogue, problems=wrong, custom=defined.rows)
    for name, grid in named:
        header = [header_text(cell) for cell in grid[0]] if grid else []
        keys = header_keys(header)
        columns = {i: measure for i, cell in enumerate(header) if (measure := catalogue.measure_of(cell))}
        if "setting" in keys:
            _Reader(tables, catalogue, name or "Settings", grid, keys).settings()
        elif {"measure", "from", "to"} <= keys.keys():
            _Reader(tables, catalogue, name or "Imports", grid, keys).imports()
        elif {"measure", "old_value", "new_value"} <= keys.keys():
            _Reader(tables, catalogue, name or "Revisions", grid, keys).revisions()
        elif {"kind", "item", "value"} <= keys.keys():
            _Reader(tables, catalogue, name or "Items", grid, keys).items()
        elif columns:
            _Reader(tables, catalogue, name or home(columns.values()), grid, keys).measures(header, columns)
        elif is_custom(keys):
            continue
        elif "channel" in keys and "month" not in keys:
            _Reader(tables, catalogue, name or "Channels", grid, keys).channels()
        elif "network" in keys and "month" not in keys:
            cells = (row[keys["network"]] for row in grid[1:])
            tables.networks += [text_in(cell) for cell in cells if not is_blank(cell)]
        else:
            found = ", ".join(filter(None, header)) or Text("nothing")
            tables.problems.append(
                Problem(
                    name or "a table",
                    0,
                    0,
                    Text("no column is a measure we know; found {found}", found=found),
                    ExcelError.VALUE,
                )
            )
    return tables


_NO_CHANNEL = '"{channel}" cannot be a channel: "All" and names with "/" have a meaning of their own'


def cannot_be_channel(channel: str) -> bool:
    """Whether a name has a meaning of its own."""
    return channel == ALL or "/" in channel


class _Reader:
    """Reads one table into the common result."""

    def __init__(self, tables: Tables, catalogue: Catalogue, name: str, grid: Grid, keys: Mapping[str, int]) -> None:
        self.tables, self.catalogue, self.name, self.grid, self.keys = tables, catalogue, name, grid, keys

    def cell(self, row: int, key: str) -> Scalar:
        cells = self.grid[row]
        column = self.keys.get(key, len(cells))
        return cells[column] if column < len(cells) else None

    def rows(self) -> range:
        return range(1, len(self.grid))

    def problem(
        self, row: int, column: int, text: str, error: ExcelError = ExcelError.VALUE, **unknown: object
    ) -> None:
        self.tables.problems.append(Problem(self.name, row, column, text, error, **unknown))  # type: ignore[arg-type]

    def measures(self, header: list[str], columns: Mapping[int, Measure]) -> None:
        names = tuple(measure.name for measure in columns.values())
        self.tables.recorded.update(names)
        if "month" not in self.keys:
            hint = nearest("month", [cell for cell in header if cell])
            self.problem(
                0, 0, Text("{table} has no column Month{hint}", table=Text(self.name), hint=hint), measures=names
            )
            return
        self._check_headers(header, columns)
        for row in self.rows():
            cells = self.grid[row]
            filled = [(i, m) for i, m in columns.items() if i < len(cells) and not is_blank(cells[i])]
            if filled:
                place = self._place(row, tuple(m.name for _, m in filled))
                for i, measure in filled:
                    self._fact(row, i, measure, cells[i], place, None)

    def items(self) -> None:
        for row in self.rows():
            if is_blank(self.cell(row, "value")):
                continue
            kind = self.catalogue.kind_of(str(self.cell(row, "kind")))
            if kind is None:
                known = nearest(str(self.cell(row, "kind")), self.catalogue.kinds)
                self.problem(
                    row,
                    self.keys["kind"],
                    Text('"{word}" is no kind of item{hint}', word=self.cell(row, "kind"), hint=known),
                )
                continue
            word = self.cell(row, "measure")
            measure = self.catalogue.measures[kind.main] if is_blank(word) else self.catalogue.measure_of(str(word))
            if measure is None:
                known = nearest(str(word), self.catalogue.headers)
                self.problem(
                    row, self.keys.get("measure", 0), Text('"{word}" is no measure{hint}', word=word, hint=known)
                )
                continue
            if is_blank(self.cell(row, "item")):
                nameless = (kind.name, "")
                self.problem(row, self.keys["item"], "the item is empty", measures=(measure.name,), item=nameless)
                continue
            self.tables.recorded.add(measure.name)
            item = (kind.name, text_in(self.cell(row, "item")))
            place = self._place(row, (measure.name,), item)
            self._fact(row, self.keys["value"], measure, self.cell(row, "value"), place, item)

    def channels(self) -> None:
        for row in self.rows():
            cell = self.cell(row, "channel")
            if is_blank(cell):
                continue
            channel = channel_key(text_in(cell))
            if isinstance(cell, ExcelError) or cannot_be_channel(channel):
                self.problem(row, self.keys["channel"], Text(_NO_CHANNEL, channel=channel))
            else:
                self.tables.channels.append(channel)

    def settings(self) -> None:
        found: dict[str, tuple[int, Scalar]] = {}
        for row in self.rows():
            key = setting_of(self.cell(row, "setting"))
            if key and not is_blank(self.cell(row, "value")):
                found[key] = (row, self.cell(row, "value"))
        settings = self.tables.settings
        period = found.get("period", (0, settings.period))[1]
        if isinstance(period, dt.date):
            period = (cell_date(period) or EPOCH).toordinal() - EPOCH.toordinal()
        settings.period = float(period) if isinstance(period, int) else period  # hosts differ; the token must not
        settings.currency = str(found.get("currency", (0, settings.currency))[1]).upper()
        settings.folder, settings.prefer = (
            text_in(found[key][1]) if key in found else "" for key in ("folder", "prefer")
        )
        row, start = found.get("fiscal_start", (0, 1))
        named_row, named = found.get("fiscal_named", (0, "end"))
        column = self.keys.get("value", 1)
        at, code = found.get("language", (0, settings.language))
        if language := known_language(str(code).casefold()):
            settings.language = language
        else:
            known, what = ", ".join(LANGUAGES), Label("Language", "headers", shown="language")
            self.problem(at, column, Text('the {what} "{text}" is none of {known}', what=what, text=code, known=known))
        problem = ""
        if str(named).casefold() not in ("start", "end"):
            problem = Text('"{text}" is neither start nor end', text=text_in(named))
            self.problem(named_row, column, problem)
        if isinstance(start, bool) or not isinstance(start, (int, float)) or start not in range(1, 13):
            problem = Text('"{text}" is not a month from 1 to 12', text=text_in(start))
            self.problem(row, column, problem)
            start = 1
        settings.fiscal = FiscalYear(int(start), str(named).casefold() == "start", problem)

    def imports(self) -> None:
        """What imports read, and what they declare to cover; an item's import declares nothing of the whole."""
        for row in self.rows():
            word, first, last = (self.cell(row, key) for key in ("measure", "from", "to"))
            if is_blank(word):
                continue
            whole = not (is_blank(first) and is_blank(last))
            measure = self.catalogue.measure_of(str(word))
            start, end = (_start(first), _end(last)) if whole else (dt.date.min, dt.date.max)
            if measure is None:
                known = nearest(str(word), self.catalogue.headers)
                self.problem(row, self.keys["measure"], Text('"{word}" is no measure{hint}', word=word, hint=known))
            elif start is None or end is None or start > end:
                self.problem(
                    row,
                    self.keys["from"],
                    Text('"{first}" to "{last}" is not a range of days or months', first=first, last=last),
                )
            else:
                try:
                    read = parse_read(self.cell(row, "read_on"))
                except ValueError as error:
                    self.problem(row, self.keys["read_on"], error.args[0])
                    read = ()
                channels = tuple(sorted(channel.casefold() for channel in channels_in(self.cell(row, "channels"))))
                source = to_english(text_in(self.cell(row, "source")), "sources")
                reading = Reading(measure.name, source, channels, spans(read, start, end), whole)
                self.tables.readings.append(reading)
        self.tables.declared = declared(self.tables.readings)

    def revisions(self) -> None:
        for row in self.rows():
            cells = {key: self.cell(row, key) for key in REVISED}
            if all(is_blank(cell) for cell in cells.values()):
                continue
            measure = self.catalogue.measure_of(text_in(cells["measure"]))
            try:
                if measure is None:
                    raise ValueError(Text('"{word}" is no measure{hint}', word=text_in(cells["measure"]), hint=""))
                days = [None if is_blank(cells[key]) else cell_date(cells[key]) for key in ("changed_on", "old_of")]
                values = [None if is_blank(cells[key]) else number(cells[key]) for key in ("old_value", "new_value")]
                month = parse_month(cells["month"])
                if days[0] is None and not is_blank(cells["changed_on"]):
                    raise ValueError(Text('"{text}" is not a day', text=text_in(cells["changed_on"])))
            except (ValueError, Refusal) as error:
                self.problem(row, self.keys["measure"], Text("a revision cannot be read: {why}", why=error.args[0]))
                continue
            kind = self.catalogue.kind_of(text_in(cells["kind"]))
            names = kind.name if kind else text_in(cells["kind"]), text_in(cells["item"])
            channel = NOT_ATTRIBUTED if is_blank(cells["channel"]) else channel_key(text_in(cells["channel"]))
            place = month, channel, text_in(cells["campaign"]), names if any(names) else None
            origin = text_in(cells["source"]), text_in(cells["file"])
            self.tables.revisions.append(
                Revision(days[0], measure.name, *place, values[0], days[1], values[1], *origin, row)
            )

    def _check_headers(self, header: list[str], columns: Mapping[int, Measure]) -> None:
        seen: dict[str, int] = {}
        for i, measure in columns.items():
            if measure.name in seen:
                self.problem(0, i, Text('two columns are "{label}"', label=measure.label), measures=(measure.name,))
            seen[measure.name] = i

    def _place(self, row: int, measures: tuple[str, ...], item: tuple[str, str] | None = None) -> Place | None:
        """Month, channel and campaign of a row; a problem that taints its measures where one cannot be read."""
        cell = self.cell(row, "channel")
        channel = NOT_ATTRIBUTED if is_blank(cell) else channel_key(text_in(cell))
        campaign = "" if is_blank(self.cell(row, "campaign")) else text_in(self.cell(row, "campaign"))
        if isinstance(cell, ExcelError) or cannot_be_channel(channel):
            self.problem(
                row, self.keys.get("channel", 0), Text(_NO_CHANNEL, channel=channel), measures=measures, item=item
            )
            return None
        if isinstance(self.cell(row, "campaign"), ExcelError):
            text = Text("the {what} is {error}", what=Text("campaign"), error=campaign)
            self.problem(row, self.keys["campaign"], text, measures=measures, channel=channel, item=item)
            return None
        try:
            value = self.cell(row, "month")
            if is_blank(value):
                raise ValueError(Text("the {what} is empty", what=Text("month")))
            return parse_month(value), channel, campaign
        except ValueError as error:
            column = self.keys.get("month", 0)
            self.problem(row, column, error.args[0], measures=measures, channel=channel, campaign=campaign, item=item)
            return None

    def _fact(
        self, row: int, column: int, measure: Measure, cell: Scalar, place: Place | None, item: tuple[str, str] | None
    ) -> None:
        if place is None:
            return
        month, channel, campaign = place
        try:
            value = number(cell)
            if value < 0 and not measure.negative:
                raise Refusal(ExcelError.NUM, "{value:g} is below 0", value=value)
        except Refusal as refusal:
            self.problem(
                row, column, Text("{label}: {why}", label=measure.label, why=refusal.reason), refusal.error,
                measures=(measure.name,), month=month, channel=channel, campaign=campaign, item=item,
            )  # fmt: skip
            return
        self.tables.facts.append(Fact(measure.name, month, channel, campaign, value, item, self.name, row))


def declared(readings: Iterable[Reading], day: dt.date = dt.date.max) -> list[Declared]:
    """What imports declare to cover, of what was read by a day.

    Ranges of one source that meet are one, so that two halves make a month.
    """
    ranges: dict[tuple[str, str], list[tuple[dt.date, dt.date]]] = {}
    brought: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for reading in readings:
        if reading.whole:
            brought.setdefault((reading.measure, reading.source), []).append(reading.channels)
        days = ranges.setdefault((reading.measure, reading.source), []) if reading.whole else []
        days += [(start, end) for start, end, read in reading.spans if not read or read <= day]
    channels = {key: tuple(sorted({*sum(found, ())})) if all(found) else () for key, found in brought.items()}
    return [
        Declared(*key, parse_month(start), parse_month(end), partial_months(start, end), channels[key])
        for key, days in ranges.items()
        for start, end in _joined(days)
    ]


def channels_in(cell: Scalar) -> tuple[str, ...]:
    """The channels that a cell of Imports lists."""
    listed = text_in(cell).split(BETWEEN_CHANNELS.strip())
    return tuple(channel_key(channel) for channel in listed if channel.strip())


def partial_months(first: object, last: object) -> tuple[Month, ...]:
    """The months that a range of days covers only in part.

    >>> len(partial_months(dt.date(2026, 7, 8), dt.date(2026, 7, 31)))
    1
    """
    start, end = cell_date(first), cell_date(last)
    months = set()
    if start and start.day > 1:
        months.add(parse_month(start))
    if end and (end + dt.timedelta(days=1)).day > 1:
        months.add(parse_month(end))
    return tuple(sorted(months))


def _start(cell: Scalar) -> dt.date | None:
    """The day that the start of a range means: a day, or the first of a month."""
    try:
        return cell_date(cell) or first_day(parse_month(cell))
    except ValueError:
        return None


def _end(cell: Scalar) -> dt.date | None:
    try:
        return cell_date(cell) or first_day(parse_month(cell) + 1) - dt.timedelta(days=1)
    except ValueError:
        return None


def _joined(ranges: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Ranges of days, with those that overlap or meet made one."""
    joined: list[tuple[dt.date, dt.date]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1] + dt.timedelta(days=1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def text_in(cell: Scalar) -> str:
    """A cell as text, whatever a host calls a whole number or a day."""
    if isinstance(cell, dt.date):
        return str((cell_date(cell) or EPOCH).toordinal() - EPOCH.toordinal())
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return " ".join(str(cell).split()) if cell is not None else ""
