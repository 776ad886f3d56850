"""The commands that write files, in the order in which a person gives them, here and on Linux."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

BOOK, EXPORTS, TEAM = "책 é.xlsx", "내보내기", "팀 é"
CHANNEL = "유료 광고"
WRITING = {
    "new": ("new", BOOK, "--channel", CHANNEL, "--channel", "Email", "--start", "2026-01"),
    "refresh": ("refresh", BOOK, EXPORTS),
    "demo": ("demo",),
    "pack": ("pack", TEAM, "--language", "ko"),
}
WRITTEN = (BOOK, "lifecycle.xlsx", "lifecycle.xlsm", TEAM)


def put_exports(folder: Path) -> None:
    """Copy the exports of the sample year into a folder of a Korean name."""
    with resources.as_file(resources.files("xl_lifecycle.commands.sample")) as sample:
        shutil.copytree(sample / "exports", folder / EXPORTS)
