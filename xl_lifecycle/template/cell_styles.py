"""Excel's cell styles: all inputs, results or headers look different at once when their style is changed in Excel."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from xl_lifecycle.core.language.vocabulary import LANGUAGES, Labels
from xl_lifecycle.template.parts import Element, add, changed

STYLES: Mapping[str, Labels] = {
    "title": ("Sheet title", "시트 제목", "シート名"),
    "subtitle": ("Sheet subtitle", "시트 부제", "シートの説明"),
    "group": ("Group heading", "묶음 제목", "グループ見出し"),
    "header": ("Table header", "표 머리글", "表の見出し"),
    "label": ("Figure name", "지표 이름", "指標名"),
    "code": ("Function name", "함수 이름", "関数名"),
    "value": ("Computed cell", "계산 칸", "計算セル"),
    "total": ("Total row", "합계 행", "合計行"),
    "input": ("Input cell", "입력 칸", "入力セル"),
    "picker": ("Choice cell", "선택 칸", "選択セル"),
    "fixed": ("Fixed cell", "고정 칸", "固定セル"),
    "link": ("Sheet link", "시트 링크", "シートへのリンク"),
    "note": ("Side note", "덧붙임", "補足"),
    "text": ("Body text", "본문", "本文"),
}
_LIKE = {
    "asked": "code", "marked": "code", "look": "link",
    "brief": "note", "source": "note", "window": "note",
    "effect": "value", "points": "value", "difference": "value", "relative": "value", "attained": "value",
    "amount": "value", "drawn": "value",
}  # fmt: skip
_INHERITED = (("fontId", "applyFont"), ("fillId", "applyFill"), ("borderId", "applyBorder"))


def style_of(look: str) -> str:
    """Which cell style a look belongs to.

    >>> style_of("input currency"), style_of("header_right"), style_of("relative"), style_of("wrap")
    ('input', 'header', 'value', 'text')
    """
    kind = re.split("[ _]", look)[0]
    return kind if kind in STYLES else _LIKE.get(kind, "text")


def name_styles(part: bytes, looks: Mapping[int, str], language: str) -> bytes:
    """The part of a workbook that holds its formats, each as one of the cell styles. looks: by the format's number.

    A style has the font, fill, border and alignment of its first format; what others have alike follows it.
    """

    def name(root: Element) -> None:
        formats = root.find("{*}cellXfs")
        models: dict[str, Element] = {}  # of each style, its first format as it was
        for number, format in enumerate(formats):
            if number in looks:
                style = style_of(looks[number])
                model = models.setdefault(style, copy.deepcopy(format))
                _follow(format, model, list(models).index(style) + 1)
        style_formats, styles = root.find("{*}cellStyleXfs"), root.find("{*}cellStyles")
        for number, (style, model) in enumerate(models.items(), 1):
            style_formats.append(_of_style(model))
            add(styles, "cellStyle", name=STYLES[style][LANGUAGES.index(language)], xfId=str(number))
        for each in (style_formats, styles):
            each.set("count", str(len(models) + 1))

    return changed(part, name)


def _follow(format: Element, model: Element, style: int) -> None:
    """Make a format one of a style's: what it has as the style's model does, it takes from the style."""
    same = [apply for name, apply in _INHERITED if format.get(name) == model.get(name)]
    if [dict(each.attrib) for each in format] == [dict(each.attrib) for each in model]:
        same.append("applyAlignment")
    format.set("xfId", str(style))
    for apply in same:
        format.set(apply, "0")


def _of_style(model: Element) -> Element:
    """A format as a style: all but its number format, which differs from cell to cell."""
    style = copy.deepcopy(model)
    for name in list(style.attrib):
        if not name.endswith("Id") or name == "xfId":
            del style.attrib[name]
    style.set("numFmtId", "0")
    style.set("applyNumberFormat", "0")
    return style
