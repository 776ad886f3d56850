"""Drafts a declaration, to be edited by a person, from the columns of a table in an unknown format."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xl_lifecycle.sources.mapping.columns import FileColumn, Look
from xl_lifecycle.sources.mapping.match_columns import (
    CAMPAIGN,
    CHANNEL,
    CURRENCY,
    DAY,
    END,
    MONTH,
    START,
    Guess,
    measures_like,
    role_like,
)

TOTALS = "^(grand )?totals?$|^(sum|합계|총계|合計|総計|summe|gesamt|total general)$"


@dataclass(frozen=True)
class Mapping:
    """The columns of measures and of roles such as day and channel. doubtful: guesses about other columns."""

    measures: dict[str, FileColumn]
    roles: dict[str, FileColumn]
    doubtful: dict[str, tuple[Guess, ...]]  # by header

    @property
    def works(self) -> bool:
        """Whether a file can be read with it, because it has dates and a measure."""
        return bool(self.measures) and bool({DAY, MONTH, START} & self.roles.keys())


def map_columns(columns: Sequence[FileColumn]) -> Mapping:
    """Find the best column for each measure and role, by headers and values."""
    counts = Counter(column.header.casefold() for column in columns)
    unique_columns = [column for column in columns if counts[column.header.casefold()] == 1]
    measures: dict[str, FileColumn] = {}
    roles: dict[str, FileColumn] = {}
    doubtful: dict[str, tuple[Guess, ...]] = {}
    likes = {column.header: measures_like(column) for column in unique_columns}
    best = sorted(
        (column for column in unique_columns if likes[column.header]), key=lambda column: -likes[column.header][0].alike
    )
    for column in best:
        guess, *others = likes[column.header]
        sure = guess.good and not (others and guess.alike < 1 and others[0].alike > guess.alike - 0.05)
        if sure and guess.role not in measures:
            measures[guess.role] = column
        else:
            doubtful[column.header] = tuple(likes[column.header])
    for column in unique_columns:
        if match := role_like(column):
            if match.good and match.role not in roles:
                roles[match.role] = column
            else:
                doubtful[column.header] = (match,)
    if {DAY, MONTH, START} & roles.keys() == {DAY, MONTH}:
        doubtful[roles[MONTH].header] = (Guess(MONTH, 1, ""),)
        del roles[MONTH]
    if START in roles and END not in roles and DAY not in roles:
        roles = {DAY if role == START else role: column for role, column in roles.items()}
    if END in roles and START not in roles:
        doubtful[roles.pop(END).header] = (Guess(END, 1, ""),)
    return Mapping(measures, roles, doubtful)


def draft(title: str, columns: Sequence[FileColumn], mapping: Mapping) -> str:
    """The declaration as TOML. What is doubtful or missing is a comment."""
    return "\n".join(_lines(title, columns, mapping)) + "\n"


def _lines(title: str, columns: Sequence[FileColumn], mapping: Mapping) -> Iterator[str]:
    when = next((role for role in (DAY, MONTH, START) if role in mapping.roles), None)
    roles = [role for role in (when, CHANNEL, CAMPAIGN) if role in mapping.roles]
    required = [*roles, *list(mapping.measures)[:3]]
    yield "# A declaration of an export's format. Put it beside the exports; each line can be edited."
    yield "# A line that begins with # is a guess, or still incomplete: remove the # when it is right."
    yield f"title = {_text(title)}"
    yield 'shape = "aggregate"              # each row is a sum already, of a day, a campaign ...'
    hidden = "" if required else "# "
    yield f"{hidden}required = {_list(required or ['day', 'spend'])}    # the columns that a file must have"
    yield from _date_order(mapping)
    yield ""
    yield "[columns]                        # our word = [the file's headers for it, the preferred one first]"
    for role, column in (*mapping.roles.items(), *mapping.measures.items()):
        yield f"{role} = {_list([_header(column.header)])}    # {_describe(column)}"
    if when is None:
        yield '# day = ["..."]                # no column has dates: name one, or export with one'
    for column in columns:
        for guess in mapping.doubtful.get(column.header, ()):
            yield f"# {guess.role} = {_list([_header(column.header)])}    # perhaps; {_describe(column)}"
    yield ""
    yield "[measures]                       # measure = [columns; the first that the file has counts]"
    for measure in mapping.measures:
        yield f"{measure} = {_list([measure])}"
    for measure in dict.fromkeys(_doubtful_measures(columns, mapping)):
        yield f"# {measure} = {_list([measure])}"
    if not mapping.measures:
        yield "# no column is certainly a measure; xl-lifecycle metrics lists all measures"
    yield ""
    yield "[totals]                         # rows that are sums of other rows are checked, not counted"
    yield f"own = {_literal(TOTALS)}"
    yield ""
    yield "[channel]"
    if CHANNEL not in mapping.roles:
        yield '# always = "Paid ads"            # the channel of all rows; without it they are "(not attributed)"'
    yield "[channel.words]                  # our channel = [the file's words for it]"
    yield from _channels(mapping)


def _date_order(mapping: Mapping) -> Iterator[str]:
    orders = {column.order for role, column in mapping.roles.items() if role in (DAY, START, END)}
    if "" in orders:
        yield '# date_order = "dmy"             # its dates can have the day or the month first: write dmy or mdy'


def _channels(mapping: Mapping) -> Iterator[str]:
    """The words of the channel column, for which a person writes our channels."""
    words = dict.fromkeys(mapping.roles[CHANNEL].values) if CHANNEL in mapping.roles else {"google": None}
    yield f'# "Paid ads" = {_list(list(words)[:20])}'


def _doubtful_measures(columns: Sequence[FileColumn], mapping: Mapping) -> Iterator[str]:
    roles = {DAY, MONTH, START, END, CHANNEL, CAMPAIGN, CURRENCY}
    for column in columns:
        for guess in mapping.doubtful.get(column.header, ()):
            if guess.role not in {*mapping.measures, *roles}:
                yield guess.role


def _describe(column: FileColumn) -> str:
    """The look and the first values of a column, on one line."""
    samples = ", ".join(
        re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", value)[:30] for value in column.samples
    )
    return f"{column.look.value}: {samples}" if column.look is not Look.EMPTY else "empty"


def _header(header: str) -> str:
    return f"/{re.escape(header)}/" if header.startswith("/") else header


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _literal(pattern: str) -> str:
    return f"'{pattern}'"
