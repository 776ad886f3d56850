"""The two pages of a team's folder: texts by language, numbers and pictures from the planned workbook."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

from xl_lifecycle import __version__
from xl_lifecycle.commands.pack.picture import PicturePart, picture
from xl_lifecycle.content.content import Content
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.addresses import At
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.core.language.words import words
from xl_lifecycle.hosts.libreoffice.extension import IDENTIFIER, OLDEST
from xl_lifecycle.hosts.lite import bundle as lite
from xl_lifecycle.template.display import cells_of, format_value
from xl_lifecycle.template.model import Formula, PlannedCell, SheetPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.template.planner import load_words, sheet_names
from xl_lifecycle.template.sheets.start import EXAMPLES
from xl_lifecycle.template.styles import style

MARKETER, IT = "guide.html", "IT.html"
IMPORT = "Import"  # the sheet on which a person pastes an export
_EXPORT_SIZE = (4, 6)  # rows, columns
_CHANNEL_ROWS = 5  # rows from the pickers
_EXPLANATION_ROWS = 6


@dataclass(frozen=True)
class PackedFolder:
    """What the pages describe. example: an export for the picture; practice: the folder has exports to try."""

    content: Content
    catalogue: Catalogue
    language: Language
    wheel: str
    example: Path
    practice: bool

    @cached_property
    def picture_source(self) -> PictureSource:
        return PictureSource(self)


def page(name: str, folder: PackedFolder) -> str:
    """One of the two pages."""
    values = _values(folder)
    section = _words(folder.language)["guide" if name == MARKETER else "it"]
    values["try_it"] = section.get("try_it", "") if folder.practice else ""
    texts = {key: Template(_line(text)).substitute(values) for key, text in section.items() if key != "try_it"}
    if name == MARKETER:
        texts |= folder.picture_source.pictures()
    return Template(_read(name)).substitute(values | texts)


def _line(text: str) -> str:
    """A text without its line breaks, which would become spaces in languages that have no spaces."""
    return re.sub(r"(?<=[\u3000-\u9fff])\n|\n(?=[\u3000-\u9fff])", "", text.strip())


def installer(folder: PackedFolder) -> bytes:
    """install.cmd, which Windows runs with a double click."""
    texts = _words(folder.language)["install"]
    return Template(_read("install.cmd")).substitute(texts, wheel=folder.wheel).replace("\n", "\r\n").encode()


def _read(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text("utf-8")


def _words(language: Language) -> dict[str, dict[str, str]]:
    """The texts in a language; their keys in the words have no line breaks."""
    translations = words(language).get("guides", {})
    texts: dict[str, dict[str, str]] = tomllib.loads(_read("texts.toml"))
    return {
        section: {key: translations.get(" ".join(text.split()), text) for key, text in group.items()}
        for section, group in texts.items()
    }


def _values(folder: PackedFolder) -> dict[str, str]:
    """The values for the $names in the texts, as HTML."""
    content = folder.content
    workbook = load_words(content.language)
    sheets, _ = sheet_names(content, workbook)
    year, period = max(content.months) // 12, content.settings.period
    literal = f"{period:g}" if isinstance(period, (int, float)) else f'"{period}"'
    values = {
        "language": folder.language,
        "version": __version__,
        "wheel": folder.wheel,
        "xlwings": lite.XLWINGS,
        "pyodide": lite.PYODIDE,
        "store_id": lite.STORE_ID.upper(),
        "oldest_libreoffice": OLDEST,
        "identifier": IDENTIFIER,
        "everything": content.everything,
        "period": literal,
        "quarter": f"{year}-Q1",
        "chosen": load_words(folder.language).get(str(period), literal.strip('"')),
        "channel": folder.picture_source.channel.name,
        "start": sheets["start"],
        "metrics": sheets["metrics"],
        "settings": sheets["settings"],
        "refresh_button": workbook.get("Refresh", "Refresh"),
    }
    values |= folder.picture_source.figures()
    return {key: escape(text, quote=False) for key, text in values.items()} | {"style": _read("style.css")}


class PictureSource:
    """The parts of the workbook that the pages show."""

    def __init__(self, folder: PackedFolder) -> None:
        self.folder = folder
        self.book = plan(folder.content, folder.catalogue, prefix="")
        names, channels = sheet_names(folder.content, load_words(folder.content.language))
        sheets = {sheet.name: sheet for sheet in self.book.sheets}
        self.start, self.metrics = sheets[names["start"]], sheets[names["metrics"]]
        channel_sheets = [sheets[name] for name in channels.values()]
        # the channel with the largest spend, where the cost of a customer matters most
        self.channel = max(
            channel_sheets, key=lambda sheet: _amount(_beside(sheet, "spend")), default=sheets[names["overview"]]
        )

    def figures(self) -> dict[str, str]:
        """The figures that Start shows, as it shows them, by metric."""
        formats = {name: self.folder.catalogue.metrics[name].unit.value for name in EXAMPLES}
        return {
            name: self._figure_text(cell, formats[name]) for name, cell in zip(EXAMPLES, self._examples(), strict=True)
        }

    def pictures(self) -> dict[str, str]:
        parts = {
            "type": [self._typing()],
            "explain": [self._explanation()],
            "refresh": [self._export(), self._button()],
            "functions": [self._functions()],
        }
        return {f"{name}_picture": "".join(picture(part, self.book) for part in group) for name, group in parts.items()}

    def _figure_text(self, cell: PlannedCell, unit: str) -> str:
        look = style(f"value {unit}", self.book.currency, self.book.language)
        return format_value(_value(cell), look["num_format"])

    def _examples(self) -> list[PlannedCell]:
        return [cell for cell in self.start.cells if isinstance(cell.content, Formula) and cell.style != "link"]

    def _typing(self) -> PicturePart:
        """A channel's sheet on which somebody has typed =CAC()."""
        row, column = self.channel.pickers["period"]
        at = (row - 1, column + 1)
        extra_cells = {at: _beside(self.channel, "CAC")}
        last = (row - 2 + _CHANNEL_ROWS, column + 1)
        return PicturePart(self.channel, (row - 1, 1), last, at, "=CAC()", extra_cells, {1: 34, 2: 33, 3: 24})

    def _explanation(self) -> PicturePart:
        at = next((c.row, c.column) for c in self.metrics.cells if c.style == "explained")
        first = self.metrics.pickers["figure"]
        formula = next(c.content for c in self.metrics.cells if (c.row, c.column) == at)
        bar = formula.text.replace("$", "") if isinstance(formula, Formula) else ""
        last = (at[0] + _EXPLANATION_ROWS - 1, 3)
        return PicturePart(self.metrics, (first[0], 1), last, at, bar, widths={1: 25, 2: 21, 3: 45})

    def _functions(self) -> PicturePart:
        cells = self._examples()
        first, last = cells[0], cells[-1]
        bar = first.content.text if isinstance(first.content, Formula) else ""
        at = (first.row, first.column)
        return PicturePart(
            self.start, (first.row - 1, 1), (last.row, last.column), at, bar, widths={1: 33, 2: 42, 3: 16}
        )

    def _button(self) -> PicturePart:
        """The head of a sheet, where the button Refresh is."""
        button = self.start.buttons[0]
        return PicturePart(self.start, (button.row, 1), (button.row, button.column), widths={1: 33, 2: 34, 3: 24})

    def _export(self) -> PicturePart:
        """A new sheet with an export pasted on it."""
        with self.folder.example.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[: _EXPORT_SIZE[0]]
        height, width = _EXPORT_SIZE
        extra_cells = {(i, j): _pasted(text) for i, row in enumerate(rows, 1) for j, text in enumerate(row[:width], 1)}
        widths = {1: 17.0, 2: 22.0} | dict.fromkeys(range(3, width + 1), 13.0)
        bar = str(extra_cells.get((1, 1), ""))
        return PicturePart(SheetPlan(IMPORT), (1, 1), (height, width), (1, 1), bar, extra_cells, widths, lines=True)


def _beside(sheet: SheetPlan, function: str) -> Scalar:
    """The first value that a sheet shows beside the name of a function or measure."""
    cells = cells_of(sheet)
    rows: Mapping[str, At] = {str(value): at for at, (value, name) in reversed(cells.items()) if name == "code"}
    if function not in rows:
        return None
    row, column = rows[function]
    beside = (cells.get((row, column + i), (None, ""))[0] for i in (1, 2))  # a scorecard has a trend before the value
    return next((value for value in beside if value is not None), None)


def _amount(value: Scalar) -> float:
    return float(value) if isinstance(value, (int, float)) else -1.0


def _value(cell: PlannedCell) -> Scalar:
    return cell.content.values[0][0] if isinstance(cell.content, Formula) else cell.content


def _pasted(text: str) -> Scalar:
    """What Excel makes of a text that is pasted."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text or None
