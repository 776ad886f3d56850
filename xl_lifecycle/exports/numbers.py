"""Reads numbers as exports write them."""

from __future__ import annotations

import re

CURRENCY_SIGN = re.compile(
    r"^([A-Z]{3}|(?:US|CA|A|AU|NZ|HK|S|R)?\$|[€£¥￥₩원円₹])?\s*(.*?)\s*([€£¥￥₩원円₹]|[A-Z]{3})?$", re.DOTALL
)
PLAIN = re.compile(r"[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|\.[0-9]+")
COMMA_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}(\.[0-9]*)?")
DOT_THOUSANDS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)|[0-9]{1,3}(\.[0-9]{3}){2,}")
DOT_THOUSAND = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
DECIMAL_COMMA = re.compile(r"[^\w.,]*([0-9]{1,3}(\.[0-9]{3})+|[0-9]+),[0-9]{1,2}[^0-9.,]*")
SPACE_THOUSANDS = re.compile(r"[0-9]{1,3}([ \u00a0\u202f][0-9]{3})+([.,][0-9]+)?")
COMMA_DECIMAL = re.compile(r"[0-9]+,([0-9]{1,2}|[0-9]{4,})")


def parse_number(text: str, comma: bool = False) -> float | None:
    """A number, or None if the text is not one. A percentage is a fraction; a bound ("< 10%") is not a number.

    comma: the decimal mark is known to be a comma, so that "1.234" is more than a thousand.

    >>> parse_number("1,234"), parse_number("27.78%"), parse_number("428.20"), parse_number("€1.234,50")
    (1234.0, 0.2778, 428.2, 1234.5)
    >>> parse_number("< 10%") is None, parse_number("(1,234.50)")
    (True, -1234.5)
    """
    text = text.strip().replace("\u2212", "-")
    sign = 1.0
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1.0, text[1:-1].strip()
    if text[:1] in "+-" and text:
        sign, text = (-sign if text[0] == "-" else sign), text[1:].strip()
    percent = text.endswith(("%", "％"))
    text = text.rstrip("%％").strip()
    match = CURRENCY_SIGN.match(text)
    text = match.group(2) if match else text
    if text[:1] == "-":
        sign, text = -sign, text[1:].strip()
    number = _unsigned(text.replace(".", "") if comma and DOT_THOUSAND.fullmatch(text) else text)
    if number is None:
        return None
    # Dividing by 100 instead of multiplying by 0.01 keeps 27.78% at 0.2778.
    return sign * (number / 100 if percent else number)


def is_bound(text: str) -> bool:
    """Whether a platform withheld the number: "< 10%", "<1", "> 90%".

    >>> is_bound(" < 10%"), is_bound("1 未満"), is_bound("10%")
    (True, True, False)
    """
    return bool(re.fullmatch(r"\s*([<>]\s*[0-9.,]+\s*%?|[0-9.,]+\s*未満)\s*", text))


def _unsigned(text: str) -> float | None:
    if PLAIN.fullmatch(text):
        return float(text)
    if COMMA_THOUSANDS.fullmatch(text):
        return float(text.replace(",", ""))
    if DOT_THOUSANDS.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if SPACE_THOUSANDS.fullmatch(text):
        return float(re.sub(r"\s", "", text).replace(",", "."))
    if COMMA_DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    return None
