"""Writes short forms such as `=CAC()` out in full, for hosts that cannot tell a function which cell calls it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from xl_lifecycle.core.functions import Functions

# A formula's parts that matter here: texts, quoted sheet names, table columns, and the opening of a call.
_PART = re.compile(
    r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|\[(?:[^\[\]]|\[[^\[\]]*\])*\]'
    r"|(?:_xldudf_)?(?P<call>[A-Za-z_][\w.]*)\(|\w+|.",
    re.IGNORECASE | re.DOTALL,
)
Rewrite = Callable[[str, list[str]], list[str]]


def write_out(formula: str, functions: Functions, channel: str, period: str) -> str:
    """A formula with channel, period and dataset added to the calls without them, and with plain names.

    >>> from xl_lifecycle.core.functions import FUNCTIONS
    >>> write_out('=IFERROR(_xldudf_CAC(),0)+CAC(A1)', FUNCTIONS, '"All"', "$B$5")
    '=IFERROR(CAC("All",$B$5,Data),0)+CAC(A1)'
    """

    def full(name: str, args: list[str]) -> list[str]:
        at, data = places_of(functions, name.upper())
        if data is None:
            return args
        if at is not None and len(args) == at and data == at + 2:
            return [*args, channel, period, "Data"]
        lacks_data = len(args) == data and all(arg.strip() for arg in args) and (at is None or not _is_number(args[at]))
        return [*args, "Data"] if lacks_data else args

    return ",".join(_arguments(_PART.finditer(formula), full))


def plain(formula: str) -> str:
    """A formula with the names that people type."""
    return ",".join(_arguments(_PART.finditer(formula), lambda name, args: args))


def _arguments(parts: Iterator[re.Match[str]], rewrite: Rewrite) -> list[str]:
    """The arguments up to the closing parenthesis, with the calls in them rewritten."""
    args, text, depth = [], "", 0
    for part in parts:
        word = part[0]
        if part["call"]:
            inner = _arguments(parts, rewrite)
            inner = [] if len(inner) == 1 and not inner[0].strip() else inner
            text += f"{part['call']}({','.join(rewrite(part['call'], inner))})"
            continue
        if word == "," and not depth:
            args.append(text)
            text = ""
            continue
        depth += (word in ("(", "{")) - (word in (")", "}"))
        if depth < 0:
            break
        text += word
    return [*args, text]


def places_of(functions: Functions, name: str) -> tuple[int | None, int | None]:
    """The positions of the channel and the dataset among a function's parameters."""
    function = functions.names.get(name)
    parameters = function.parameters if function else ()
    places = [next((i for i, p in enumerate(parameters) if p.startswith(word)), None) for word in ("channel", "data")]
    return places[0], places[1]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
