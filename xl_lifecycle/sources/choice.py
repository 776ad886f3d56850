"""Which file is taken where files of one source disagree: the later export, else the one that people prefer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from xl_lifecycle.sources.facts import Import

ASK = "say which to take: refresh --prefer FILE, or Files to prefer on Settings"


class Choice:
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
            return f"exported {mine:%Y-%m-%d %H:%M}, not {theirs:%Y-%m-%d %H:%M}" if mine > theirs else ""
        preferred = not self._preferred.isdisjoint(taken) and self._preferred.isdisjoint(left)
        return "preferred" if preferred else ""

    def note(self, taken: Collection[str], left: Collection[str], what: str, why: str = "") -> None:
        """Keep that files were taken before others."""
        one, other = (" and ".join(sorted(files)) for files in (taken, left))
        self._made[one, other, why or self.why(taken, left)].append(what)

    @property
    def notes(self) -> list[str]:
        """What was chosen and why, in a line for each two files."""
        return [
            f"{taken} is taken where {left} disagrees ({why}): {what[0]}"
            + (f", and {len(what) - 1} more" if len(what) > 1 else "")
            for (taken, left, why), what in sorted(self._made.items())
        ]
