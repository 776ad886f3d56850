"""Excel's cell styles: all inputs, results or headers look different at once when their style is changed in Excel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from xl_lifecycle.core.language.text import labels, translate
from xl_lifecycle.core.language.vocabulary import Language

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
_FORMAT = re.compile(r"<xf (?P<attributes>[^>]*?)(?:/>|>(?P<inner>.*?)</xf>)")
_INHERITED = (("fontId", "applyFont"), ("fillId", "applyFill"), ("borderId", "applyBorder"))


def style_of(look: str) -> str:
    """Which cell style a look belongs to.

    >>> style_of("input currency"), style_of("header_right"), style_of("relative"), style_of("wrap")
    ('input', 'header', 'value', 'text')
    """
    kind = re.split("[ _]", look)[0]
    return kind if kind in STYLES else _LIKE.get(kind, "text")


def name_styles(part: bytes, looks: Mapping[int, str], language: Language) -> bytes:
    """The part of a workbook that holds its formats, each as one of the cell styles. looks: by the format's number.

    A style has the font, fill, border and alignment of its first format; what others have alike follows it.
    """
    head, formats, tail = re.split("(<cellXfs.*?</cellXfs>)", part.decode(), maxsplit=1)
    first: dict[str, re.Match[str]] = {}

    def styled(number: int, found: re.Match[str]) -> str:
        if number not in looks:
            return found[0]
        style = style_of(looks[number])
        model = first.setdefault(style, found)
        attributes, like = _attributes(found), _attributes(model)
        attributes["xfId"] = str(list(first).index(style) + 1)
        same = [apply for name, apply in _INHERITED if attributes[name] == like[name]]
        alike = ["applyAlignment"] if found["inner"] == model["inner"] else []
        return _format(attributes | dict.fromkeys([*same, *alike], "0"), found["inner"])

    numbers = iter(range(len(formats)))
    formats = _FORMAT.sub(lambda found: styled(next(numbers), found), formats)
    for style, model in first.items():
        name = quoteattr(translate(STYLES[style], language))
        head = head.replace("</cellStyleXfs>", _model(model) + "</cellStyleXfs>")
        entry = f'<cellStyle name={name} xfId="{list(first).index(style) + 1}"/>'
        tail = tail.replace("</cellStyles>", entry + "</cellStyles>")
    count = f'count="{len(first) + 1}"'
    head = head.replace('<cellStyleXfs count="1"', f"<cellStyleXfs {count}")
    return (head + formats + tail.replace('<cellStyles count="1"', f"<cellStyles {count}")).encode()


def _model(found: re.Match[str]) -> str:
    """A format as a style: all but its number format, which differs from cell to cell."""
    attributes = {name: value for name, value in _attributes(found).items() if name.endswith("Id") and name != "xfId"}
    return _format(attributes | {"numFmtId": "0", "applyNumberFormat": "0"}, found["inner"])


def _attributes(found: re.Match[str]) -> dict[str, str]:
    return dict(re.findall(r'(\w+)="([^"]*)"', found["attributes"]))


def _format(attributes: Mapping[str, str], inner: str | None) -> str:
    text = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f"<xf {text}>{inner}</xf>" if inner else f"<xf {text}/>"
