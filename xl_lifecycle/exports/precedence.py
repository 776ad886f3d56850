"""Which file is taken where files of one source disagree: the later export, else the one that people prefer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.exports.facts import Import

T = TypeVar("T")

ASK = "say which to take: refresh --prefer FILE, or Files to prefer on Settings"


class FileChoice:
    """Compares files by what they say of themselves, and keeps what was chosen, for the notes."""

    def __init__(self, imports: Iterable[Import] = ()) -> None:
        self._exported = {each.file: each.exported for each in imports if each.exported}
        self._preferred = {each.file for each in imports if each.preferred}
        self._made: dict[tuple[str, str, str], list[str]] = defaultdict(list)

    def why(self, taken: Collection[str], left: Collection[str]) -> str:
        """Why some files come before others that disagree; "" if nothing says so. Export dates decide before people."""
        mine, theirs = (
            max((self._exported[file] for file in files if file in self._exported), default=None)
            for files in (taken, left)
        )
        if mine and theirs and mine != theirs:
            one, other = (f"{when:%Y-%m-%d %H:%M}" for when in (mine, theirs))
            return Text("exported {one}, not {other}", one=one, other=other) if mine > theirs else ""
        preferred = not self._preferred.isdisjoint(taken) and self._preferred.isdisjoint(left)
        return Text("preferred") if preferred else ""

    def pick(self, what: str, said: Mapping[T, Collection[str]], word: Callable[[T], str] = str) -> T:
        """The one content that files give, or that of the files that come before all others; else SourceError asks."""
        for content, files in said.items():
            others = [(other, left) for other, left in said.items() if other != content]
            if all(self.why(files, left) for _, left in others):
                for other, left in others:
                    self.note(files, left, not_the_other(what, word(content), word(other)))
                return content
        told = " but ".join(sorted(f"{word(each)} in {' and '.join(sorted(files))}" for each, files in said.items()))
        ask = ASK if len({file for files in said.values() for file in files}) > 1 else "remove the older"
        raise SourceError(f"{what} is {told}, and no date says which is later; {ask}")

    def note(self, taken: Collection[str], left: Collection[str], what: str, why: str = "") -> None:
        """Keep that files were taken before others."""
        one, other = (" and ".join(sorted(files)) for files in (taken, left))
        self._made[one, other, why or self.why(taken, left)].append(what)

    @property
    def notes(self) -> list[str]:
        """What was chosen and why, in a line for each two files."""
        told = list[str]()
        for (taken, left, why), what in sorted(self._made.items()):
            said = "{taken} is taken where {left} disagrees ({why}): {what}"
            note = Text(said, taken=taken, left=left, why=Text(why), what=Text(what[0]))
            told.append(Text("{note}, and {count} more", note=note, count=len(what) - 1) if what[1:] else note)
        return told


def not_the_other(what: str, one: str, other: str) -> Text:
    """What is taken, and what is not."""
    return Text("{what} is {one}, not {other}", what=Text(what), one=one, other=other)
