"""Decides which file to use if files of one source disagree: the later export, else the one that people prefer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.exports.facts import Import

T = TypeVar("T")

ASK = "say which to use: refresh --prefer FILE, or Files to prefer on Settings"


class FileChoice:
    """Compares files by their export dates and people's preferences, and records the choices for the notes."""

    def __init__(self, imports: Iterable[Import] = ()) -> None:
        self._exported = {each.file: each.export_time for each in imports if each.export_time}
        self._preferred = {each.file for each in imports if each.preferred_names}
        self._choices: dict[tuple[str, str, str], list[str]] = defaultdict(list)

    def why(self, winners: Collection[str], losers: Collection[str]) -> str:
        """Why the winners come before files that disagree; "" if nothing decides. Export dates come first."""
        mine, theirs = (
            max((self._exported[file] for file in files if file in self._exported), default=None)
            for files in (winners, losers)
        )
        if mine and theirs and mine != theirs:
            one, other = (f"{when:%Y-%m-%d %H:%M}" for when in (mine, theirs))
            return Text("exported {one}, not {other}", one=one, other=other) if mine > theirs else ""
        preferred = not self._preferred.isdisjoint(winners) and self._preferred.isdisjoint(losers)
        return Text("preferred") if preferred else ""

    def pick(
        self, what: str, files_by_content: Mapping[T, Collection[str]], format_value: Callable[[T], str] = str
    ) -> T:
        """The content on which the files agree, or that of the files that come before all others; else SourceError."""
        for content, files in files_by_content.items():
            others = [(other, other_files) for other, other_files in files_by_content.items() if other != content]
            if all(self.why(files, other_files) for _, other_files in others):
                for other, other_files in others:
                    self.note(files, other_files, not_the_other(what, format_value(content), format_value(other)))
                return content
        answers = " but ".join(
            sorted(f"{format_value(each)} in {' and '.join(sorted(files))}" for each, files in files_by_content.items())
        )
        ask = ASK if len({file for files in files_by_content.values() for file in files}) > 1 else "remove the older"
        raise SourceError(f"{what} is {answers}, and no date says which is later; {ask}")

    def note(self, winners: Collection[str], losers: Collection[str], what: str, why: str = "") -> None:
        """Record that some files were used and others were not."""
        one, other = (" and ".join(sorted(files)) for files in (winners, losers))
        self._choices[one, other, why or self.why(winners, losers)].append(what)

    @property
    def notes(self) -> list[str]:
        """What was chosen and why, one line for each pair of files."""
        result = list[str]()
        for (winner, loser, why), what in sorted(self._choices.items()):
            message = "{winner} is used where {loser} disagrees ({why}): {what}"
            note = Text(message, winner=winner, loser=loser, why=Text(why), what=Text(what[0]))
            result.append(Text("{note}, and {count} more", note=note, count=len(what) - 1) if what[1:] else note)
        return result


def not_the_other(what: str, one: str, other: str) -> Text:
    """The text for a value that is used, and the one that is not."""
    return Text("{what} is {one}, not {other}", what=Text(what), one=one, other=other)
