"""Excel's cell styles: changing a style in Excel changes all inputs, results or headers at once."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from xl_lifecycle.core.language.text import labels, translate
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.template.parts import Element, add, edit_part

STYLES = labels(
    "sheets",
    {
        "title": "Sheet title",
        "subtitle": "Sheet subtitle",
        "group": "Group heading",
        "header": "Table header",
        "label": "Figure name",
        "code": "Function name",
        "value": "Computed cell",
        "total": "Total row",
        "input": "Input cell",
        "picker": "Choice cell",
        "fixed": "Fixed cell",
        "link": "Sheet link",
        "note": "Side note",
        "text": "Body text",
    },
)
_LIKE = {
    "asked": "code", "marked": "code", "look": "link",
    "brief": "note", "source": "note", "window": "note",
    "effect": "value", "points": "value", "difference": "value", "relative": "value", "attained": "value",
    "amount": "value", "drawn": "value",
}  # fmt: skip
_INHERITED = (("fontId", "applyFont"), ("fillId", "applyFill"), ("borderId", "applyBorder"))


def style_of(look: str) -> str:
    """The cell style that a look belongs to.

    >>> style_of("input currency"), style_of("header_right"), style_of("relative"), style_of("wrap")
    ('input', 'header', 'value', 'text')
    """
    kind = re.split("[ _]", look)[0]
    return kind if kind in STYLES else _LIKE.get(kind, "text")


def name_styles(part: bytes, looks: Mapping[int, str], language: Language) -> bytes:
    """Give each format in the styles part of a workbook a cell style. looks: by the number of the format.

    A style has the font, fill, border and alignment of its first format; other formats inherit what they share with it.
    """

    def name(root: Element) -> None:
        formats = root.find("{*}cellXfs")
        models: dict[str, Element] = {}  # style -> its first format, unchanged
        for number, format in enumerate(formats):
            if number in looks:
                style = style_of(looks[number])
                model = models.setdefault(style, copy.deepcopy(format))
                _follow(format, model, list(models).index(style) + 1)
        style_formats, styles = root.find("{*}cellStyleXfs"), root.find("{*}cellStyles")
        for number, (style, model) in enumerate(models.items(), 1):
            style_formats.append(_of_style(model))
            add(styles, "cellStyle", name=translate(STYLES[style], language), xfId=str(number))
        for each in (style_formats, styles):
            each.set("count", str(len(models) + 1))

    return edit_part(part, name)


def _follow(format: Element, model: Element, style: int) -> None:
    """Assign a format to a style: the properties that equal those of the style's model come from the style."""
    same = [apply for name, apply in _INHERITED if format.get(name) == model.get(name)]
    if [dict(each.attrib) for each in format] == [dict(each.attrib) for each in model]:
        same.append("applyAlignment")
    format.set("xfId", str(style))
    for apply in same:
        format.set(apply, "0")


def _of_style(model: Element) -> Element:
    """A format as a style: everything except its number format, which differs between cells."""
    style = copy.deepcopy(model)
    for name in list(style.attrib):
        if not name.endswith("Id") or name == "xfId":
            del style.attrib[name]
    style.set("numFmtId", "0")
    style.set("applyNumberFormat", "0")
    return style
