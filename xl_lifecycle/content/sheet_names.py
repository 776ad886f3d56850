"""Names that Excel accepts for sheets."""

from __future__ import annotations

import re

LONGEST_SHEET_NAME = 31
RESERVED_SHEETS = {
    "history",
    "historique",
    "verlauf",
    "historial",
    "履歴",
    "변경 내용",
}  # reserved by Excel, by language


def safe_sheet_name(name: str, names_in_use: set[str]) -> str:
    r"""A name that Excel accepts for a sheet and that is not in use yet. It is added to the names in use.

    >>> safe_sheet_name("TV/Radio: [a]", set()), safe_sheet_name("x" * 40, set()), safe_sheet_name("mail.py", set())
    ('TV-Radio- (a)', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'mail.py_')
    """
    printable = "".join(letter for letter in name if letter.isprintable())
    clean = re.sub(r"[:\\/?*]", "-", printable).replace("[", "(").replace("]", ")")
    clean = _cut(clean, LONGEST_SHEET_NAME) or "Channel"
    if clean.casefold() in RESERVED_SHEETS or clean.endswith(".py"):
        clean = _cut(clean, LONGEST_SHEET_NAME - 1) + "_"
    base, n = clean, 2
    while clean.casefold() in names_in_use:
        mark = f" ({n})"
        clean = _cut(base, LONGEST_SHEET_NAME - len(mark)) + mark
        n += 1
    names_in_use.add(clean.casefold())
    return clean


def _cut(name: str, most: int) -> str:
    """The name cut to a number of UTF-16 units, as Excel counts them, without spaces or apostrophes at its ends."""
    short = name.strip(" '")
    while len(short.encode("utf-16-le")) > 2 * most:
        short = short[:-1]
    return short.strip(" '")
