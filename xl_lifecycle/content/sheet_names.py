"""Names that Excel takes for sheets."""

from __future__ import annotations

import re

LONGEST_SHEET_NAME = 31
RESERVED_SHEETS = {"history", "historique", "verlauf", "historial", "履歴", "변경 내용"}  # Excel's own, by language


def safe_sheet_name(name: str, taken: set[str]) -> str:
    r"""A name that Excel takes for a sheet, different from those taken; it is added to them.

    >>> safe_sheet_name("TV/Radio: [a]", set()), safe_sheet_name("x" * 40, set()), safe_sheet_name("mail.py", set())
    ('TV-Radio- (a)', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'mail.py_')
    """
    printable = "".join(letter for letter in name if letter.isprintable())
    clean = re.sub(r"[:\\/?*]", "-", printable).replace("[", "(").replace("]", ")")
    clean = _cut(clean, LONGEST_SHEET_NAME) or "Channel"
    if clean.casefold() in RESERVED_SHEETS or clean.endswith(".py"):
        clean = _cut(clean, LONGEST_SHEET_NAME - 1) + "_"
    base, n = clean, 2
    while clean.casefold() in taken:
        mark = f" ({n})"
        clean = _cut(base, LONGEST_SHEET_NAME - len(mark)) + mark
        n += 1
    taken.add(clean.casefold())
    return clean


def _cut(name: str, most: int) -> str:
    """The name in at most so many UTF-16 units, as Excel counts, without spaces or apostrophes at its ends."""
    short = name.strip(" '")
    while len(short.encode("utf-16-le")) > 2 * most:
        short = short[:-1]
    return short.strip(" '")
