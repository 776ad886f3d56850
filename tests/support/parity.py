"""One set of cells and calls for every host: each kind of argument to each function, and what it should give."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from openpyxl.utils import get_column_letter, range_boundaries

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar, Value, as_grid
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.metric_functions import Caller

CATALOGUE = FUNCTIONS.catalogue
METRICS = tuple(name for name in FUNCTIONS.names if name not in FUNCTIONS.catalogue.reserved)
CONSOLE, LIBREOFFICE, LITE, LITE_NEW, CLASSIC = HOSTS = (
    "Console", "LibreOffice", "Lite, Pyodide 0.27", "Lite, Pyodide 314", "Classic",
)  # fmt: skip
LETTERS = {CONSOLE: "C", LIBREOFFICE: "O", LITE: "L", LITE_NEW: "L", CLASSIC: "W"}

Rows = list[list[Scalar]]
Answers = Mapping[str, Rows]  # by formula


class Argument(NamedTuple):
    """An argument as a formula writes it, and what it is; an omitted one is written as nothing."""

    text: str
    value: Value


class Call(NamedTuple):
    """A call with an argument of a kind in one place, from 0."""

    name: str
    kind: str
    place: int
    arguments: tuple[Argument, ...]

    @property
    def formula(self) -> str:
        return f"{self.name}({','.join(argument.text for argument in self.given)})"

    @property
    def given(self) -> tuple[Argument, ...]:
        """The arguments without the last one where that is omitted."""
        return self.arguments if not self.arguments or self.arguments[-1].text else self.arguments[:-1]

    @property
    def values(self) -> list[Value]:
        return [argument.value for argument in self.given]


# The cells. One sheet for each meaning that an argument can have, with the kinds at the same addresses.

FITTING: Mapping[str, tuple[Scalar, ...]] = {
    "Number": (1000.0, 500.0, 0.0, 300.0),
    "Rate": (0.9, 0.5, 0.0, 0.3),
    "Channel": ("Email", "All", "Podcast", "Nowhere"),
    "Period": ("2026-01", 46082.0, "2026-Q1", "soon"),
    "Name": ("cac", "spend", "ltv", "no such"),
    "Question": ("X02.4", "X05.7", "no such", "X03.5"),
    "Day": ("2026-05-01", 46143.0, "2026-04-02", "soon"),
}
DATE = 46054.0  # 2026-02-01
USED_ROWS = 9  # further down than column K

KINDS: Mapping[str, str] = {  # an address, or what is written; {0} is a fitting value
    "number": "1000",
    "number in a cell": "E1",
    "text": "{0}",
    "text in a cell": "E2",
    "empty text": '""',
    "omitted": "",
    "blank cell": "E3",
    "error": "1/0",
    "error in a cell": "E4",
    "logical value": "TRUE",
    "logical value in a cell": "E5",
    "date in a cell": "E6",
    "1x1": "A1:A1",
    "1x1, written out": "{{{0}}}",
    "row": "A1:C1",
    "row, written out": "{{{0},{1}}}",
    "column": "A1:A3",
    "block": "A1:B2",
    "column with a blank": "H1:H3",
    "column with an error": "I1:I3",
    "whole column": "K:K",
    "whole column of one cell": "M:M",
}
ONE_COLUMN = "CAC(Number!K:K,10)"
SLOW = {  # what slow hosts are asked of whole columns
    CONSOLE: {ONE_COLUMN, "CAC(Number!K:K,Number!L:L)", "CAC(Number!M:M,10)"},
    LIBREOFFICE: {ONE_COLUMN},
    LITE: {ONE_COLUMN},
    LITE_NEW: {ONE_COLUMN},
}
PLAIN = {"AB_TEST": (400.0, 2000.0, 600.0, 2000.0, 0.8), "SAMPLE_SIZE": (0.6, 0.7, 0.8, 0.9)}
NO_ARGUMENTS, NO_DATA = "no arguments", "Data left out"
WHOLE, ALONE = WHOLES = ("whole column", "whole column of one cell")
SHORTER = "Number!L:L"
TEXTS = ("text", "text in a cell")
ERRORS = ("error", "error in a cell")
LOGICALS = ("logical value", "logical value in a cell")


def role_cells(role: str) -> dict[str, Scalar]:
    """The cells of a sheet, by address."""
    v1, v2, v3, v4 = FITTING[role]
    return {
        "A1": v1, "B1": v3, "C1": v4, "A2": v2, "B2": v1, "A3": v3,
        "E1": 1000.0, "E2": _text_of(role), "E4": ExcelError.NA, "E5": True, "E6": DATE,
        "H1": v1, "H3": v2, "I1": v1, "I2": ExcelError.DIV0, "I3": v2,
        "K1": v1, "K2": v2, "K4": v3, "L1": 10.0, "L2": 20.0, "M1": v1,
        f"N{USED_ROWS}": "The sheet is used further down than its column K.",
    }  # fmt: skip


def _text_of(role: str) -> Scalar:
    """A text; one that fits, where texts do."""
    return first if isinstance(first := FITTING[role][0], str) else "many"


FORMULAS = {ExcelError.NA: "=NA()", ExcelError.DIV0: "=1/0"}


def argument(kind: str, role: str) -> Argument:
    """An argument of a kind, and what it is."""
    written = KINDS[kind]
    if re.fullmatch(r"[A-Z]\d?(:[A-Z]\d?)?", written):
        return Argument(f"{role}!{written}", _held(written, role_cells(role)))
    first, second = FITTING[role][:2]
    plain: dict[str, Value] = {
        "number": 1000.0, "text": _text_of(role), "empty text": "", "omitted": None,
        "error": ExcelError.DIV0, "logical value": True, "1x1, written out": [[first]],
        "row, written out": [[first, second]],
    }  # fmt: skip
    value = plain[kind]
    if kind == "text":
        return Argument(_literal(value), value)
    return Argument(written.format(_literal(first), _literal(second)), value)


def _held(reference: str, cells: Mapping[str, Scalar]) -> Value:
    """What cells hold; a whole column down to its last cell that holds something, at least two rows."""
    if ":" not in reference:
        return cells.get(reference)
    left, top, right, bottom = range_boundaries(reference)
    if bottom is None:
        top, bottom = 1, max(2, *(int(at[1:]) for at in cells if at.startswith(reference[0])))
    columns = [get_column_letter(column) for column in range(left, right + 1)]
    return [[cells.get(f"{column}{row}") for column in columns] for row in range(top, bottom + 1)]


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


# The tables: every measure, three months, two channels.


def _table() -> Rows:
    measures = [measure.title for measure in CATALOGUE.measures.values()]
    rows: Rows = [["Month", "Channel", *measures]]
    for i, month in enumerate((46023.0, 46054.0, 46082.0)):
        for j, channel in enumerate(("Email", "Podcast")):
            rows.append([month, channel, *(float(700 - 3 * k + 31 * i + 100 * j) for k in range(len(measures)))])
    return rows


TABLE = _table()
SETTINGS: Rows = [["Setting", "Value"], ["Period", "2026-Q1"]]
TABLE_AREA = f"Tables!A3:{get_column_letter(len(TABLE[0]))}{len(TABLE) + 2}"
SETTINGS_AREA = "Tables!A20:B21"
DATA_CELL = "A1"

CORE = Functions(CATALOGUE)
TOKEN = str(CORE.call("DATASET", [TABLE, SETTINGS]))
DATA = Argument("Data", TOKEN)
THEN = Argument('AS_OF("2026-05-01",Data)', f"{TOKEN} as of 2026-05-01")


# The calls


def calls() -> list[Call]:
    """Every kind of argument in every place that takes one, the other arguments plain."""
    return [call for kind in KINDS for call in _of_kind(kind)] + [*_short_forms()]


def _of_kind(kind: str) -> Iterator[Call]:
    every, quarter, target = text("All"), text("2026-Q1"), Argument("100", 100.0)
    for name in METRICS:
        tens = [Argument("10", 10.0)] * (len(CATALOGUE.find(name).inputs) - 1)
        if kind in TEXTS:  # first, a text is a channel
            yield Call(name, kind, 1, (Argument("10", 10.0), argument(kind, "Number"), *tens[1:]))
        else:
            yield Call(name, kind, 0, (argument(kind, "Number"), *tens))
        yield Call(name, kind, 0, (argument(kind, "Channel"), quarter, DATA))
        yield Call(name, kind, 1, (every, argument(kind, "Period"), DATA))
    for name, last in (
        ("KPI", ()),
        ("EXPLAIN", ()),
        ("WHAT_MOVED", ()),
        ("INTERVAL", ()),
        ("PROJECTION", ()),
        ("ATTAINMENT", (target,)),
        ("TARGET_PROGRESS", (target,)),
    ):
        yield Call(name, kind, 0, (argument(kind, "Name"), every, quarter, *last, DATA))
        yield Call(name, kind, 1, (text("cac"), argument(kind, "Channel"), quarter, *last, DATA))
        yield Call(name, kind, 2, (text("cac"), every, argument(kind, "Period"), *last, DATA))
    for name in ("ATTAINMENT", "TARGET_PROGRESS"):
        yield Call(name, kind, 3, (text("cac"), every, quarter, argument(kind, "Number"), DATA))
    yield Call("INTERVAL", kind, 4, (text("leads"), every, quarter, DATA, argument(kind, "Rate")))
    yield Call("ANSWER", kind, 0, (argument(kind, "Question"), every, quarter, DATA))
    yield Call("ANSWER", kind, 1, (text("X02.4"), argument(kind, "Channel"), quarter, DATA))
    yield Call("ANSWER", kind, 2, (text("X02.4"), every, argument(kind, "Period"), DATA))
    yield Call("WHAT_IF", kind, 0, (argument(kind, "Channel"), quarter, DATA))
    yield Call("WHAT_IF", kind, 1, (every, argument(kind, "Period"), DATA))
    yield Call("WHAT_IF", kind, 4, (every, quarter, DATA, argument("omitted", "Rate"), argument(kind, "Rate")))
    for name, plain in PLAIN.items():
        for place, number in enumerate(plain):
            given = argument(kind, "Number" if number > 1 else "Rate")
            arguments = [Argument(f"{each:g}", each) for each in plain]
            yield Call(name, kind, place, (*arguments[:place], given, *arguments[place + 1 :]))
    for name in ("DATASET", "GAPS", "VERDICT"):
        yield Call(name, kind, 0, (argument(kind, "Name"),))
    yield Call("AS_OF", kind, 0, (argument(kind, "Day"), DATA))
    if kind == "text":
        yield Call("CAC", kind, 0, (text("All"), quarter, THEN))
    if kind == WHOLE:
        yield Call("CAC", kind, 0, (argument(kind, "Number"), Argument(SHORTER, [[10.0], [20.0]])))


def _short_forms() -> Iterator[Call]:
    place = (text("All"), text("2026"))
    for name in METRICS:
        yield Call(name, NO_ARGUMENTS, 0, ())
        yield Call(name, NO_DATA, 0, place)
    for name in ("KPI", "EXPLAIN", "WHAT_MOVED", "INTERVAL", "PROJECTION"):
        yield Call(name, NO_ARGUMENTS, 0, (text("cac"),))
        yield Call(name, NO_DATA, 0, (text("cac"), *place))
    yield Call("ANSWER", NO_ARGUMENTS, 0, (text("X02.4"),))
    yield Call("ANSWER", NO_DATA, 0, (text("X02.4"), *place))
    yield Call("WHAT_IF", NO_ARGUMENTS, 0, ())
    yield Call("WHAT_IF", NO_DATA, 0, place)
    yield Call("AS_OF", NO_DATA, 0, (Argument("46143", 46143.0),))
    for name in ("ATTAINMENT", "TARGET_PROGRESS"):
        yield Call(name, NO_DATA, 0, (text("cac"), *place, Argument("100", 100.0)))


def text(value: str) -> Argument:
    return Argument(_literal(value), value)


CALLS = calls()


# What they give


def expected(call: Call) -> Rows:
    """What is right: the core's answer on a sheet about the whole company."""
    CORE.default = TOKEN
    return rows(CORE.call(call.name, call.values, Caller()))


def rows(value: Value) -> Rows:
    """An answer as rows of cells; no text and nothing are the same in a cell."""
    return [[None if cell == "" else cell for cell in row] for row in as_grid(value)]


def same(have: Rows, want: Rows) -> bool:
    """The same shape; numbers to 1e-12, errors and texts the same."""
    if [len(row) for row in have] != [len(row) for row in want]:
        return False
    pairs = [pair for row, wanted in zip(have, want, strict=True) for pair in zip(row, wanted, strict=True)]
    return all(_same_cell(*pair) for pair in pairs)


def _same_cell(have: Scalar, want: Scalar) -> bool:
    if isinstance(want, float) and isinstance(have, (int, float)) and not isinstance(have, bool):
        return abs(have - want) <= 1e-12 * abs(want)
    return type(have) is type(want) and have == want


# Where a host does otherwise


class Deviation(NamedTuple):
    """What hosts give instead, to calls of some kinds, and why it stays so. A test fails where it is so no longer."""

    hosts: tuple[str, ...]
    kinds: tuple[str, ...]
    gives: Callable[[Call], Rows]
    told: str
    reason: str
    names: tuple[str, ...] = tuple(FUNCTIONS.names)

    def of(self, host: str, call: Call) -> bool:
        return host in self.hosts and call.kind in self.kinds and call.name in self.names


def _as_if(value: Scalar) -> Callable[[Call], Rows]:
    """The answer to the same call with another value in that place."""

    def gives(call: Call) -> Rows:
        arguments = list(call.arguments)
        arguments[call.place] = Argument("?", value)
        return expected(call._replace(arguments=tuple(arguments)))

    return gives


def _everywhere(call: Call, cell: Scalar) -> Rows:
    return [[cell for _ in row] for row in expected(call)]


def _of_no_cell(call: Call) -> Rows:
    """The answer where it is not known which cell calls."""
    CORE.default = None
    return rows(CORE.call(call.name, call.values))


DEVIATIONS = (
    Deviation(
        (LIBREOFFICE,), ("blank cell",), _as_if(0.0), "a reference to one blank cell is 0",
        "LibreOffice passes an add-in 0 for it. `A1:A1`, or a blank inside a range, arrives as blank.",
    ),
    Deviation(
        (LIBREOFFICE,), LOGICALS, _as_if(1.0), "TRUE is 1",
        "LibreOffice has no logical values of their own; they are numbers shown as words.",
    ),
    Deviation(
        (LIBREOFFICE,), ("column with an error",), lambda call: _everywhere(call, "Err:504"),
        "Err:504 in every cell of the answer",
        "LibreOffice does not call an add-in with a range that holds an error.",
    ),
    Deviation(
        (LIBREOFFICE,), ERRORS, lambda call: _everywhere(call, call.arguments[call.place].value),  # type: ignore[arg-type]
        "EXPLAIN, WHAT_MOVED and DATASET answer with that error", "LibreOffice does not call an add-in with an error.",
        names=("EXPLAIN", "WHAT_MOVED", "DATASET"),
    ),
    Deviation(
        (LIBREOFFICE,), (NO_ARGUMENTS, NO_DATA), _of_no_cell, "#N/A; EXPLAIN says why",
        "LibreOffice does not tell an add-in which cell calls, or of which workbook.",
    ),
    Deviation(
        (LITE, LITE_NEW), (NO_ARGUMENTS, NO_DATA), _of_no_cell,
        "#N/A, until a moment later the formula is written out in full",
        "Lite tells a function nothing of the workbook; its script does the rest (`tests/hosts/test_lite.py`).",
    ),
)  # fmt: skip


def deviation(host: str, call: Call) -> Deviation | None:
    return next((found for found in DEVIATIONS if found.of(host, call)), None)


def wanted(host: str, call: Call) -> Rows:
    """What a host is known to give."""
    found = deviation(host, call)
    return found.gives(call) if found else expected(call)


def tried(host: str, call: Call) -> bool:
    """Whether a host is asked. A whole column takes most of them seconds: there only a few calls."""
    return call.kind not in WHOLES or host == CLASSIC or call.formula in SLOW[host]


def is_whole(given: Argument) -> bool:
    """Whether an argument is a whole column."""
    return given.text.endswith(("!K:K", "!L:L", "!M:M"))


# The workbook


class Area(NamedTuple):
    """Where the answer to a call is on the sheet Calls: its first row, and its shape."""

    row: int
    height: int
    width: int


def write_workbook(path: Path, asked: Sequence[tuple[Call, Rows]]) -> list[Area]:
    """The cells, the tables, and on the sheet Calls each call in an area of its answer's shape, on Shapes its shape."""
    areas, row = [], 0
    with xlsxwriter.Workbook(path) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for role in FITTING:
            sheet = book.add_worksheet(role)
            for at, value in role_cells(role).items():
                if isinstance(value, ExcelError):
                    sheet.write_formula(at, FORMULAS[value], None, str(value))
                else:
                    sheet.write(at, value, date if value == DATE else None)
        _write_tables(book)
        sheet, shapes = book.add_worksheet("Calls"), book.add_worksheet("Shapes")
        for call, answer in asked:
            area = Area(row, len(answer), len(answer[0]))
            formula = f"=_xldudf_{call.formula}"
            sheet.write_dynamic_array_formula(row, 0, row + area.height - 1, area.width - 1, formula, None, 0)
            if area.height * area.width > 1:
                shapes.write_formula(row, 0, f"=ROWS({formula[1:]})*100+COLUMNS({formula[1:]})", None, 0)
            areas.append(area)
            row += area.height
    return areas


def _write_tables(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Tables")
    sheet.write_formula(DATA_CELL, f"=_xldudf_DATASET({TABLE_AREA},{SETTINGS_AREA})", None, TOKEN)
    book.define_name("Data", "=Tables!$A$1")
    for first, table in ((2, TABLE), (19, SETTINGS)):
        for i, row in enumerate(table):
            sheet.write_row(first + i, 0, row)


# The page


def page(answers: Mapping[str, Answers]) -> str:
    """docs/parity.md, from what the hosts answered."""
    return "\n".join([_HEAD, *_summary(answers), *_deviations(answers), _UNVERIFIED, *_by_function(answers), ""])


_HEAD = """# The same answer in every host

Made by `tests/hosts/test_parity.py` from what each host answered; `XL_WRITE_DOCS=1 pytest tests/hosts/test_parity.py`
writes it anew. Every function is called with every kind of argument, as its first number, as channel, as period and as
name, from one workbook. An answer is equal if it has the same shape and in each cell the same text, the same Excel
error, or the same number to 12 digits as what the functions give for the values that such an argument is.

| host | what runs |
|---|---|
| Console | `xl-lifecycle calc`: the workbook in the engine formualizer |
| LibreOffice | LibreOffice Calc computes the formulas of the file |
| Lite, Pyodide 0.27 and 314 | the code that lifecycle.xlsx carries, in Pyodide, through xlwings' own functions |
| Classic | the VBA of lifecycle.xlsm in an interpreter, xlwings' own server, Python |

## Kinds of arguments

Functions that are equal, of those tried.
"""

_UNVERIFIED = """## Not verified without Excel

No Excel runs where this is made; `docs/excel-smoke-test.md` has the steps for a person with Excel.

- What Excel hands to the VBA of lifecycle.xlsm, and shows of what comes back. Here an interpreter stands for both.
- What Excel hands to xlwings Lite. Here each kind arrives as Microsoft and xlwings document it: a range as rows, a blank
  as null, an error as an error. On some Excels for the desktop a blank cell is 0 (office-js #4702); for tables that is
  noticed, for a single argument it cannot be.
- A whole column in Excel on the web: people report `#CALC!` for any add-in's function (office-js #4613).
"""


def _summary(answers: Mapping[str, Answers]) -> Iterator[str]:
    yield "| kind of argument | " + " | ".join(HOSTS) + " |"
    yield "|---|" + "---:|" * len(HOSTS)
    for kind in (*KINDS, NO_ARGUMENTS, NO_DATA):
        counts = []
        for host in HOSTS:
            names = {call.name for call in CALLS if call.kind == kind and tried(host, call)}
            equal = len(names - differing(answers[host], host, kind))
            counts.append(f"{equal} / {len(names)}" if names else "not tried")
        yield f"| {kind} | " + " | ".join(counts) + " |"
    yield ""


def differing(answers: Answers, host: str, kind: str) -> set[str]:
    """The functions that answer a kind otherwise."""
    asked = [call for call in CALLS if call.kind == kind and tried(host, call)]
    return {call.name for call in asked if not same(answers[call.formula], expected(call))}


def _deviations(answers: Mapping[str, Answers]) -> Iterator[str]:
    yield "A whole column counts down to its last cell that is not empty, and for two rows at least. It takes"
    yield f"most hosts seconds, so only `={ONE_COLUMN}` is tried there, and two more such calls in the console.\n"
    yield "## Where a host does otherwise\n"
    yield "Each of these is tested too: the host gives exactly what is said here.\n"
    yield "| host | kind of argument | what it gives | why |"
    yield "|---|---|---|---|"
    for found in DEVIATIONS:
        hosts = "Lite" if len(found.hosts) > 1 else found.hosts[0]
        yield f"| {hosts} | {', '.join(found.kinds)} | {found.told} | {found.reason} |"
    yield ""


def _by_function(answers: Mapping[str, Answers]) -> Iterator[str]:
    kinds = (*KINDS, NO_ARGUMENTS, NO_DATA)
    yield "## Function by function\n"
    yield "`=` all hosts that were tried are equal, `-` does not apply. Else the hosts that are not: O LibreOffice, L Lite,"
    yield "W classic, C console.\n"
    yield textwrap.fill(", ".join(f"{i} {kind}" for i, kind in enumerate(kinds, 1)) + ".", 118) + "\n"
    differ = {(host, kind): differing(answers[host], host, kind) for host in HOSTS for kind in kinds}
    known = {(call.name, call.kind) for call in CALLS}
    yield "```"
    yield f"{'':<30}" + " ".join(f"{i:<2}" for i in range(1, len(kinds) + 1)).rstrip()
    for name in FUNCTIONS.names:
        marks = []
        for kind in kinds:
            letters = sorted({LETTERS[host] for host in HOSTS if name in differ[host, kind]})
            marks.append("".join(letters) or ("=" if (name, kind) in known else "-"))
        yield f"{name:<30}" + " ".join(f"{mark:<2}" for mark in marks).rstrip()
    yield "```"
