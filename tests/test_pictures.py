"""The pictures of the pages are of the sheets that the demo makes today."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from tests.support.pages import PAGES, links
from tests.support.paths import ROOT
from xl_lifecycle.template.model import WorkbookPlan

PICTURES = ROOT / "docs" / "pictures"


def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_pictures", PICTURES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pictures_are_current(demo_plan: WorkbookPlan) -> None:
    module = make()
    assert module.noted() == module.pictured(demo_plan.sheets), "run: uv run python docs/pictures/make.py"


def test_every_picture_is_there_and_on_a_page() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    for sheet in make().SHEETS:
        name = make().file_name(sheet)
        assert (PICTURES / name).stat().st_size > 20_000
        assert PICTURES / name in shown
