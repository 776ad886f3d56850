"""What a formula is made of, as far as its rules need: names, functions and references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from openpyxl.utils import FORMULAE

from tests.support.validity.files import Book

FUTURE = set(
    re.findall(
        r"\S+",
        """
    ACOT ACOTH AGGREGATE ANCHORARRAY ARABIC ARRAYTOTEXT BASE BETA.DIST BETA.INV BINOM.DIST BINOM.DIST.RANGE
    BINOM.INV BITAND BITLSHIFT BITOR BITRSHIFT BITXOR BYCOL BYROW CEILING.MATH CEILING.PRECISE CHISQ.DIST
    CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CHISQ.TEST CHOOSECOLS CHOOSEROWS COMBINA CONCAT CONFIDENCE.NORM
    CONFIDENCE.T COT COTH COVARIANCE.P COVARIANCE.S CSC CSCH DAYS DECIMAL DROP ERF.PRECISE ERFC.PRECISE EXPAND
    EXPON.DIST F.DIST F.DIST.RT F.INV F.INV.RT F.TEST FILTER FILTERXML FLOOR.MATH FLOOR.PRECISE FORECAST.ETS
    FORECAST.ETS.CONFINT FORECAST.ETS.SEASONALITY FORECAST.ETS.STAT FORECAST.LINEAR FORMULATEXT GAMMA GAMMA.DIST
    GAMMA.INV GAMMALN.PRECISE GAUSS GROUPBY HSTACK HYPGEOM.DIST IFNA IFS IMAGE IMCOSH IMCOT IMCSC IMCSCH IMSEC
    IMSECH IMSINH IMTAN ISFORMULA ISOMITTED ISOWEEKNUM LAMBDA LET LOGNORM.DIST LOGNORM.INV MAKEARRAY MAP MAXIFS
    MINIFS MODE.MULT MODE.SNGL MUNIT NEGBINOM.DIST NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NUMBERVALUE PDURATION
    PERCENTILE.EXC PERCENTILE.INC PERCENTOF PERCENTRANK.EXC PERCENTRANK.INC PERMUTATIONA PHI PIVOTBY POISSON.DIST
    QUARTILE.EXC QUARTILE.INC QUERYSTRING RANDARRAY RANK.AVG RANK.EQ REDUCE REGEXEXTRACT REGEXREPLACE REGEXTEST RRI
    SCAN SEC SECH SEQUENCE SHEET SHEETS SINGLE SKEW.P SORT SORTBY STDEV.P STDEV.S SWITCH T.DIST T.DIST.2T T.DIST.RT
    T.INV T.INV.2T T.TEST TAKE TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW TRIMRANGE UNICHAR UNICODE UNIQUE
    VALUETOTEXT VAR.P VAR.S VSTACK WEBSERVICE WEIBULL.DIST WRAPCOLS WRAPROWS XLOOKUP XMATCH XOR Z.TEST
    """,
    )
)  # younger than the file format, and so spelt _xlfn. in it
CLASSIC = FORMULAE - FUTURE  # of Excel 2007
WORKSHEET_ONLY = {"FILTER", "SORT"}  # spelt _xlfn._xlws.
PARTS_OF_TABLES = {"#all", "#data", "#headers", "#totals", "#this row"}
_COLUMN = r"\[(?:[^\[\]']|'.)*\]"

_TOKEN = re.compile(
    rf"""
    (?P<string>"(?:[^"]|"")*")
  | (?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)
  | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|GETTING_DATA))
  | (?P<function>[^\W\d][\w.]*(?=\())
  | (?P<table>[^\W\d][\w.]*(?=\[))
  | (?P<bracket>\[(?:[^\[\]']|'.|{_COLUMN})*\])
  | (?P<cell>\$?[A-Z]{{1,3}}\$?[1-9]\d{{0,6}}(?![\w.]))
  | (?P<columns>\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}(?![\w.]))
  | (?P<rows>\$?\d+:\$?\d+)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?)
  | (?P<name>[^\W\d][\w.?\\]*)
  | (?P<open>[({{])
  | (?P<close>[)}}])
  | (?P<comma>,)
  | (?P<operator>[-+*/^&=<>%;:\#\s])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of a formula."""

    kind: str
    text: str


@lru_cache(maxsize=50_000)
def tokens(formula: str) -> list[Token]:
    """The pieces of a formula.

    >>> [token.text for token in tokens("SUM('Paid ads'!A1,Costs[Spend])")]
    ['SUM', '(', "'Paid ads'!", 'A1', ',', 'Costs', '[Spend]', ')']
    """
    return [Token(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(formula)]


def reference_problems(formula: str, book: Book, tables: bool = True) -> Iterator[str]:
    """References that lead nowhere: to a sheet, a table, a column or a name that the workbook does not have."""
    table = ""
    for kind, text in tokens(formula):
        if kind == "sheet" and sheet_name(text) not in book.sheet_names:
            yield f"there is no sheet {text}"
        elif kind == "error" and text == "#REF!":
            yield "a reference was lost: #REF!"
        elif kind == "table" and (text.casefold() not in book.columns or not tables):
            yield f"there is no table {text}" if tables else f"a table cannot be named here: {text}"
        elif kind == "bracket" and tables:
            yield from _column_problems(table, text, book)
        elif kind == "name" and not _is_known(text, book):
            yield f"there is no name {text}"
        table = text if kind == "table" else ""


def sheet_name(text: str) -> str:
    """The name in a reference to a sheet, in lower case.

    >>> sheet_name("'Bob''s'!")
    "bob's"
    """
    name = text.removesuffix("!")
    return (name[1:-1].replace("''", "'") if name.startswith("'") else name).casefold()


def _column_problems(table: str, text: str, book: Book) -> Iterator[str]:
    inner = text[1:-1]
    nested = re.findall(_COLUMN, inner)
    items = [item[1:-1] for item in nested] if nested else [inner] if inner else []
    if not table:
        yield f"{text} without its table"
    for item in items:
        column = re.sub("'(.)", r"\1", item).casefold()
        known = PARTS_OF_TABLES if item.startswith("#") else book.columns.get(table.casefold(), {column})
        if table and column not in known:
            yield f"there is no column {table}[{item}]"


def _is_known(name: str, book: Book) -> bool:
    folded = name.casefold()
    return (
        folded in ("true", "false") or folded.startswith("_xlpm.") or folded in book.defined_names | book.columns.keys()
    )


def arguments(formula: str) -> Iterator[tuple[str, list[list[Token]]]]:
    """Every call in a formula: the function, and the pieces of each argument.

    >>> [(name, len(given)) for name, given in arguments("IF(A1,SUM(B1:B2,1),0)")]
    [('SUM', 2), ('IF', 3)]
    """
    calls: list[tuple[str, list[list[Token]]]] = []
    before = Token("", "")
    for token in tokens(formula):
        if token.kind == "close" and calls:
            name, given = calls.pop()
            if name:
                yield name, given
        for _, given in calls:
            given[-1].append(token)
        if token.kind == "comma" and calls:
            calls[-1][1][-1].pop()
            calls[-1][1].append([])
        if token.kind == "open":
            calls.append((before.text if before.kind == "function" else "", [[]]))
        before = token
