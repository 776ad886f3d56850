"""The pictures of the pages: the demo's main sheets as LibreOffice shows them, with our functions computing them there.

    uv run python docs/pictures/make.py      needs LibreOffice and pdftoppm (poppler-utils)

What was pictured is noted in `pictured.txt`; tests/test_pictures.py holds that it is what the demo makes today.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from xl_lifecycle.commands import demo  # noqa: E402
from xl_lifecycle.core.functions import FUNCTIONS  # noqa: E402
from xl_lifecycle.template.model import SheetPlan  # noqa: E402
from xl_lifecycle.template.plan import plan  # noqa: E402
from xl_lifecycle.xlsx.saved_book import SavedBook  # noqa: E402

RESOLUTION, WIDTH = 72, 1800
# The sheets, by their English names, and how many pixels of each from the top.
SHEETS = {"Overview": 1120, "Questions": 900, "What if": 540, "Convert": 900, "Paid ads": 900, "Journey": 560}


def pictured(sheets: list[SheetPlan]) -> dict[str, str]:
    """A fingerprint of each sheet that has a picture: its cells and charts."""
    chosen = {sheet.name: sheet for sheet in sheets if sheet.name in SHEETS}
    parts = {name: repr((sheet.cells, sheet.tables, sheet.charts, sheet.widths)) for name, sheet in chosen.items()}
    return {name: hashlib.sha256(part.encode()).hexdigest()[:16] for name, part in parts.items()}


def noted() -> dict[str, str]:
    lines = (HERE / "pictured.txt").read_text("utf-8").splitlines()
    return {name: mark for mark, _, name in (line.partition("  ") for line in lines)}


def file_name(sheet: str) -> str:
    return sheet.lower().replace(" ", "-") + ".png"


def main() -> None:
    from tests.support.office import Office
    from xl_lifecycle.hosts.libreoffice import types as libreoffice_types

    sample = Path(demo.__file__).parent / "sample"
    with tempfile.TemporaryDirectory() as folder:
        made, _ = demo.build(sample, Path(folder), FUNCTIONS.catalogue, lambda _: None)
        sheets = plan(SavedBook(made).content(FUNCTIONS.catalogue), FUNCTIONS.catalogue).sheets
        types, pdf = Path(folder, "types"), Path(folder, "book.pdf")
        types.mkdir()
        libreoffice_types.build(types)
        office = Office(types)
        try:
            document = office.open(made)
            document.calculate_all()
            document.pdf(pdf)
        finally:
            office.close()
        for page, sheet in enumerate(sheets, 1):
            if sheet.name in SHEETS:
                target = HERE / file_name(sheet.name).removesuffix(".png")
                place = ["-f", str(page), "-l", str(page), "-W", str(WIDTH), "-H", str(SHEETS[sheet.name])]
                command = ["pdftoppm", "-png", "-singlefile", "-r", str(RESOLUTION), "-x", "0", "-y", "0", *place]
                subprocess.run([*command, str(pdf), str(target)], check=True)
        lines = [f"{mark}  {name}\n" for name, mark in pictured(sheets).items()]
        (HERE / "pictured.txt").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
