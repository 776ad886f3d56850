"""Combines reports whose dates overlap: what agrees counts once, what disagrees is refused."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import first_day, last_day, month_of, month_text
from xl_lifecycle.core.language.channels import channel_label
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import Across
from xl_lifecycle.core.metrics.measures import called
from xl_lifecycle.exports.facts import MEASURE, ExportFact, Import, Piece, day_name, is_unique
from xl_lifecycle.exports.precedence import ASK, FileChoice, not_the_other

Range = tuple[date, date]


@dataclass(frozen=True)
class Share:
    """The figures of one file for a measure and channel and some days, by campaign."""

    start: date
    end: date
    campaigns: tuple[tuple[str, float], ...]
    file: str

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def total(self) -> float:
        return math.fsum(value for _, value in self.campaigns)


def distinct(
    imports: Sequence[Import], by_campaign: bool, choice: FileChoice
) -> tuple[list[tuple[Piece, str]], list[str]]:
    """The pieces of one source's files, each day once, with the file of each piece; and notes.

    by_campaign: campaigns are compared one by one, as in a team's own tables. Otherwise a file has all campaigns of a
    channel.
    """
    claims: dict[tuple[str, str, str], dict[tuple[date, date, str], dict[str, float]]] = defaultdict(dict)
    for each in imports:
        for piece in each.pieces:
            key = (piece.measure, piece.channel, piece.campaign if by_campaign else "")
            at = claims[key].setdefault((piece.start, piece.end, each.file), {})
            at[piece.campaign] = at.get(piece.campaign, 0.0) + piece.value
    if not by_campaign:
        _fill_silence(imports, claims)
    pieces: list[tuple[Piece, str]] = []
    notes = []
    for (measure, channel, _), files in sorted(claims.items()):
        shares = [Share(start, end, _campaigns(values), file) for (start, end, file), values in files.items()]
        remaining, remarks = _settle(measure, channel, shares, choice)
        notes += remarks
        pieces += [
            (Piece(s.start, s.end, channel, campaign, measure, value), s.file)
            for s in remaining
            for campaign, value in s.campaigns
        ]
    return pieces, notes


def _fill_silence(
    imports: Sequence[Import],
    claims: dict[tuple[str, str, str], dict[tuple[date, date, str], dict[str, float]]],
) -> None:
    """A report that covers some days but does not name a channel says that the channel had nothing on these days."""
    if len(imports) < 2:
        return
    slots = {each.file: _slots(each) for each in imports}
    for (measure, _, _), files in claims.items():
        for each in imports:
            if measure in each.measures:
                for start, end in slots[each.file]:
                    files.setdefault((start, end, each.file), {})


def _slots(each: Import) -> set[Range]:
    """The days or months for which a file has rows, or could have them."""
    ranges = {(piece.start, piece.end) for piece in each.pieces}
    if any(start == end for start, end in ranges) and each.first != each.last:
        return {(day, day) for n in range((each.last - each.first).days + 1) for day in [each.first + timedelta(n)]}
    months = range(month_of(each.first), month_of(each.last) + 1)
    return ranges | {(max(each.first, first_day(m)), min(each.last, last_day(m))) for m in months}


def _campaigns(values: dict[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(values.items()))


def _settle(measure: str, channel: str, shares: list[Share], choice: FileChoice) -> tuple[list[Share], list[str]]:
    """The shares that do not overlap; if one contains others, the wider one."""
    ranges: dict[Range, list[Share]] = defaultdict(list)
    for share in sorted(shares, key=lambda s: (s.file, s.campaigns)):
        ranges[share.start, share.end].append(share)
    chosen_shares = {days: _choose(measure, channel, same, choice) for days, same in ranges.items()}
    outer: list[Share] = []
    inner: list[Share] = []
    for share in sorted(chosen_shares.values(), key=lambda s: (s.start, -s.days)):
        wide = outer[-1] if outer else None
        if wide is None or share.start > wide.end:
            outer.append(share)
        elif share.end > wide.end:
            raise _disagree(measure, channel, wide, share, "keep one of them")
        else:
            inner.append(share)
    result: list[Share] = []
    for wide in outer:
        parts = [share for share in inner if wide.start <= share.start <= wide.end]
        result += _contained(measure, channel, wide, parts, choice) if parts else [wide]
    return _whole(measure, channel, result)


def _choose(measure: str, channel: str, shares: list[Share], choice: FileChoice) -> Share:
    """Choose between shares of the same days: one that comes before all that differ; of equals the most detailed."""
    for share in shares:
        equal = [other for other in shares if _same(share, other)]
        others = [other for other in shares if other not in equal]
        if max(len(other.campaigns) for other in equal) == len(share.campaigns) and all(
            choice.why([share.file], [other.file]) for other in others
        ):
            for other in others:
                _note(measure, channel, share, other, choice)
            return share
    pairs = ((a, b) for a, b in combinations(shares, 2) if not _same(a, b))
    a, b = next(pair for pair in pairs if not choice.why([pair[0].file], [pair[1].file]))
    raise _disagree(measure, channel, a, b)


def _note(measure: str, channel: str, winner: Share, loser: Share, choice: FileChoice) -> None:
    of = _of(measure, channel) if channel else Text("{label}", label=called(measure))
    choice.note([winner.file], [loser.file], not_the_other(of, _describe(winner), _describe(loser)))


def _contained(measure: str, channel: str, wide: Share, inner: list[Share], choice: FileChoice) -> list[Share]:
    """Compare a range with its parts: they cannot exceed it, and all add up to it. Later parts may replace it."""
    parts, _ = _settle(measure, channel, inner, choice) if not is_unique(measure) else (inner, None)
    most = max(share.total for share in parts) if is_unique(measure) else math.fsum(share.total for share in parts)
    everything = sum(share.days for share in parts) == wide.days and not is_unique(measure)
    if most <= wide.total + _slack(wide.total) and not (everything and not _close(most, wide.total)):
        return [wide]
    if all(choice.why([wide.file], [part.file]) for part in parts):
        for part in parts:
            _note(measure, channel, wide, part, choice)
        return [wide]
    later = all(choice.why([part.file], [wide.file]) for part in parts)
    if not later or not everything:
        ask = "give an export of all its days" if later else ASK
        raise _disagree(measure, channel, wide, max(parts, key=lambda s: (s.total, s.file, s.start)), ask)
    for part in parts:
        _note(measure, channel, part, wide, choice)
    return parts


def _whole(measure: str, channel: str, shares: list[Share]) -> tuple[list[Share], list[str]]:
    """People counted in two parts of a month do not add up to the people of the month, so such months stay unknown."""
    if not is_unique(measure):
        return shares, []
    months: dict[int, list[Share]] = defaultdict(list)
    for share in shares:
        months[month_of(share.start)].append(share)
    split = {month for month, parts in months.items() if len(parts) > 1}
    notes: list[str] = [
        Text(
            "{label} of {month} left out: the people counted in parts of a month do not add up; export the whole month",
            label=called(measure),
            month=month_text(month),
        )
        for month in sorted(split)
    ]
    return [share for share in shares if month_of(share.start) not in split], notes


def _same(a: Share, b: Share) -> bool:
    """Whether two files agree: campaign by campaign, or in total if one of them has no campaigns."""
    mine, other = ({name: value for name, value in s.campaigns if value} for s in (a, b))
    if set(mine) == set(other):
        return all(_close(mine[name], other[name]) for name in mine)
    return (set(mine) <= {""} or set(other) <= {""}) and _close(a.total, b.total)


def _slack(value: float) -> float:
    return max(1e-6, 1e-9 * abs(value))


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= _slack(a)


def _of(measure: str, channel: str) -> Text:
    return Text("{label} of {channel}", label=called(measure), channel=channel_label(channel))


def _describe(share: Share, where: str = "") -> Text:
    first, last = day_name(share.start), day_name(share.end)
    return Text("{total:.15g}{where} ({first} to {last})", total=share.total, where=where, first=first, last=last)


def _disagree(measure: str, channel: str, a: Share, b: Share, ask: str = ASK) -> SourceError:
    a, b = sorted((a, b), key=lambda s: (s.file, s.start, s.end))
    of = f"{measure} of {channel}" if channel else measure
    parts = (_describe(share, f" in {share.file}") for share in (a, b))
    return SourceError(f"{of} is {' but '.join(parts)}: the files overlap and disagree; {ask}")


def merge_sources(
    parts: Iterable[tuple[str, bool, bool, dict[ExportFact, str]]], notes: list[str]
) -> tuple[ExportFact, ...]:
    """Merge the facts of several sources. A part: source, whether it adds to others, whether typed, fact -> file.

    Ad platforms add to one another. Otherwise the same measure of a channel and month must be the same in
    every source, and counts once; but a campaign that only the team's own table has is added. If a measure does not
    add up, the figures of a channel and of its campaigns are compared one by one.
    """
    groups: dict[tuple[str, str, str, int], list[tuple[bool, bool, str, list[tuple[ExportFact, str]]]]] = defaultdict(
        list
    )
    for source, adds, is_typed, facts in sorted(parts, key=lambda part: (part[2], not part[1], part[0])):
        by_key: dict[tuple[str, str, str, int], list[tuple[ExportFact, str]]] = defaultdict(list)
        for fact, file in sorted(facts.items()):
            campaign = fact.campaign if MEASURE[fact.measure].across is Across.NONE else ""
            by_key[fact.measure, fact.channel, campaign, fact.month].append((fact, file))
        for key, source_facts in by_key.items():
            groups[key].append((adds, is_typed, source, source_facts))
    values: dict[tuple[int, str, str, str], list[float]] = defaultdict(list)
    for group in groups.values():
        result: list[tuple[ExportFact, str]] = []
        adding = True
        for adds, is_typed, _, source_facts in group:
            if result and not (adds and adding):
                source_facts = (_new_campaigns if is_typed else _check_equal)(result, source_facts, notes)
            adding = adding and adds
            result = result + source_facts
        for fact, _ in result:
            values[fact[:4]].append(fact.value)
    return tuple(ExportFact(*key, math.fsum(each)) for key, each in sorted(values.items()))


def _new_campaigns(
    existing: list[tuple[ExportFact, str]], new: list[tuple[ExportFact, str]], notes: list[str]
) -> list[tuple[ExportFact, str]]:
    campaigns = {fact.campaign for fact, _ in existing if fact.campaign}
    for each in new:
        same = [k for k in existing if k[0].campaign == each[0].campaign] if each[0].campaign in campaigns else existing
        if not each[0].campaign or each[0].campaign in campaigns:
            _check_equal(same, [each], notes)
    return [each for each in new if each[0].campaign and each[0].campaign not in campaigns]


def _check_equal(
    existing: list[tuple[ExportFact, str]], new: list[tuple[ExportFact, str]], notes: list[str]
) -> list[tuple[ExportFact, str]]:
    """Return nothing to add if both agree; else SourceError."""
    a, b = (_one_share(facts) for facts in (existing, new))
    measure, channel = new[0][0].measure, new[0][0].channel
    if not _close(a.total, b.total):
        ask = f"write on Settings, table SourceRules, which source to use for {measure}, or keep one of them"
        raise _disagree(measure, channel, a, b, ask)
    company = Text("{label} of the company", label=called(measure))
    what = _of(measure, channel) if channel else company
    notes.append(Text("{file}: {what} is the same as in {other}: counted once", file=b.file, what=what, other=a.file))
    return []


def _one_share(facts: list[tuple[ExportFact, str]]) -> Share:
    month = facts[0][0].month
    files = " and ".join(sorted({file for _, file in facts}))
    return Share(first_day(month), last_day(month), tuple((f.campaign, f.value) for f, _ in facts), files)
