"""xl-lifecycle map: how a file is recognised; for an unknown one, a declaration to edit."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xl_lifecycle.commands.arguments import Commands, add_json
from xl_lifecycle.commands.console import print_json, print_lines
from xl_lifecycle.core.cells.errors import UsageError

if TYPE_CHECKING:
    from xl_lifecycle.sources.mapping.explain_file import FileDescription


def add_to(commands: Commands) -> argparse.ArgumentParser:
    """Declare the command."""
    what = "how a file is recognised and why; for an unknown one, a declaration to edit"
    parser = commands.add_parser("map", help=what)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, metavar="DECLARATION.toml", help="where to write the declaration")
    add_json(parser, "how each file is recognised, and the declaration of an unknown one")
    return parser


def run(args: argparse.Namespace) -> int:
    """Say what the file is, and write a declaration if --out asks for one."""
    from xl_lifecycle.sources.mapping.explain_file import describe

    out: Path | None = args.out
    if out and (out.suffix.lower() != ".toml" or out.exists()):
        raise UsageError(f"{out} {'exists already' if out.exists() else 'must end in .toml'}; choose another name")
    files = describe(args.file)
    drafts = [each for each in files if each.declaration]
    if not args.json:
        _print(files, drafts_too=not out)
    if out and not drafts:
        raise UsageError(f"{args.file} needs no declaration, or has no table; nothing was written")
    if out:
        out.write_text(drafts[0].declaration, encoding="utf-8")
    if args.json:
        print_json({"written": [out] if out else [], "files": [_data(each) for each in files]})
    elif out:
        todo = "give it with the file" if drafts[0].works else "edit it, then give it with the file"
        print(f"Written: {out}; {todo}: xl-lifecycle refresh BOOK {args.file} {out}")
    return 0


def _print(files: Sequence[FileDescription], drafts_too: bool) -> None:
    for each in files:
        print_lines("\n".join(each.lines))
        if each.declaration and drafts_too:
            print(f"\n{each.declaration}")


def _data(each: FileDescription) -> dict[str, object]:
    """formats: what the file's tables are taken for, none for an unknown one. complete: the draft works as it is."""
    declaration = {"text": each.declaration, "complete": each.works} if each.declaration else None
    return {"file": each.file, "formats": each.formats, "lines": each.lines, "declaration": declaration}
