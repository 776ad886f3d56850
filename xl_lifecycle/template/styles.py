"""The look of each style name: colours, fonts, and number formats by unit and currency."""

from __future__ import annotations

from typing import Any

from xl_lifecycle.core.language.text import Label, translate
from xl_lifecycle.core.language.vocabulary import Language, Unit

NAVY, TEAL, INK, GREY, PALE, LINE, INPUT = "#1F2A44", "#0F766E", "#1F2937", "#6B7280", "#F1F5F9", "#CBD5E1", "#FFF8E1"
AMBER, PALE_TEAL = "#B45309", "#99CFC9"
GOOD, BAD, MISSING = "#15803D", "#B91C1C", "#6B7280"
COLORS = {"good": GOOD, "bad": BAD, "faint": GREY}
TABS = {
    "start": NAVY, "Attract": "#0369A1", "Capture": "#0F766E", "Nurture": "#4D7C0F",
    "Convert": "#B45309", "Expand": "#9D174D", "channel": "#64748B", "cost": "#A16207",
}  # fmt: skip

FONT = Label("Calibri", "formats")  # each language has its own font of Office
MONTH, POINTS = Label("mmm yyyy", "formats"), Label(" pts", "formats")
PLAIN_NUMBER = "[>=1000]#,##0;General"  # for an axis with any unit
_TIMES = {  # the text after a number
    Unit.SECONDS.value: Label(" s", "formats"),
    Unit.HOURS.value: Label(" h", "formats"),
    Unit.DAYS.value: Label(" d", "formats"),
}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩", "CNY": "¥", "INR": "₹"}
_WHOLE = {"JPY", "KRW"}  # currencies without a smaller unit


def currency_format(currency: str) -> str:
    """The number format of amounts: no decimals from 1,000 up, or in a currency without decimals.

    >>> currency_format("EUR")
    '[>=1000]"€"#,##0;[<0]-"€"#,##0.00;"€"#,##0.00'
    """
    symbol = f'"{_SYMBOLS.get(currency, currency + " ")}"'
    if currency in _WHOLE:
        return f"{symbol}#,##0;-{symbol}#,##0"
    return f"[>=1000]{symbol}#,##0;[<0]-{symbol}#,##0.00;{symbol}#,##0.00"


def axis_format(unit: str, currency: str) -> str:
    """The number format of a chart's axis, as short as possible."""
    whole = {Unit.CURRENCY.value: f'"{_SYMBOLS.get(currency, currency + " ")}"#,##0', Unit.PERCENT.value: "0.0%"}
    kind, _, of = unit.partition(" ")
    if kind == "effect":
        return signed_format(of, currency)
    if unit == "drawn":
        return PLAIN_NUMBER
    return {"relative": "+0%;-0%;0%"}.get(unit) or whole.get(unit, "#,##0")


def number_format(unit: str, currency: str, language: Language = "en") -> str:
    """The number format of a unit.

    >>> number_format("days", "EUR"), number_format("hours", "EUR", "ko")
    ('0.0" d"', '0.0"시간"')
    """
    if unit in _TIMES:
        return f'{"#,##0" if unit == Unit.SECONDS.value else "0.0"}"{translate(_TIMES[unit], language)}"'
    return {
        Unit.CURRENCY.value: currency_format(currency),
        Unit.COUNT.value: "#,##0",
        Unit.PERCENT.value: "[<0]-#,##0.0%;[<0.1]0.00%;#,##0.0%",
        Unit.RATIO.value: "#,##0.00",
        Unit.POINTS.value: "#,##0.0",
        Unit.SCORE.value: "0.0",
        Unit.RANK.value: "0.0",
        Unit.INDEX.value: "0",
    }.get(unit, "General")


def signed_format(unit: str, currency: str) -> str:
    """The number format of a change in a unit, in whole numbers."""
    symbol = f'"{_SYMBOLS.get(currency, currency + " ")}"' if unit == Unit.CURRENCY.value else ""
    return f"+{symbol}#,##0;-{symbol}#,##0;{symbol}0"


def style(name: str, currency: str, language: Language = "en") -> dict[str, Any]:
    """The properties of a style for XlsxWriter."""
    base: dict[str, Any] = {
        "font_name": translate(FONT, language),
        "font_size": 10.5,
        "font_color": INK,
        "valign": "vcenter",
    }
    kind, _, unit = name.partition(" ")
    if kind == "total":
        return style(unit or "label", currency, language) | {"bold": True, "top": 1, "top_color": NAVY}
    point = translate(POINTS, language)
    month = translate(MONTH, language)
    if kind == "value":
        return base | {"num_format": number_format(unit, currency, language), "align": "right"}
    if kind == "effect":
        return base | {"num_format": signed_format(unit, currency), "align": "right"}
    if kind == "input":
        look = base | {"bg_color": INPUT, "border": 1, "border_color": LINE, "locked": False}
        return look | _input(unit, currency, language)
    header = base | {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "border": 1, "border_color": NAVY}
    under = {"bottom": 1, "bottom_color": LINE}
    return {
        "title": base | {"font_size": 20, "bold": True, "font_color": NAVY},
        "subtitle": base | {"font_size": 11, "font_color": GREY},
        "note": base | {"font_size": 9.5, "font_color": GREY},
        "brief": base | {"font_size": 9.5, "align": "left"},
        "label": base | {"bold": False},
        "code": base | {"font_name": "Consolas", "font_size": 9.5, "font_color": TEAL},
        "group": base | {"bold": True, "font_size": 12, "font_color": TEAL},
        "header": header | {"align": "left"},
        "header_right": header | {"align": "right"},
        "header_wrap": header | {"align": "right", "text_wrap": True, "font_size": 9.5},
        "header_table": header | {"align": "center", "text_wrap": True, "font_size": 9.5},
        "header_middle": header | {"align": "center"},
        "header_month": header | {"align": "right", "num_format": month},
        "window": base | {"font_size": 9.5, "font_color": GREY, "align": "right"},
        "header_period": header | {"align": "right"},
        "picker": base
        | {"bold": True, "bg_color": INPUT, "border": 2, "border_color": TEAL, "align": "left", "locked": False},
        "fixed": base | {"bold": True, "bg_color": PALE, "border": 1, "border_color": LINE, "align": "left"},
        "fixed_month": base
        | {"bold": True, "bg_color": PALE, "border": 1, "border_color": LINE, "align": "left", "num_format": month},
        "link": base | {"font_color": "#0369A1", "underline": 1},
        "wrap": base | {"text_wrap": True},
        "asked": base | {"font_name": "Consolas", "font_size": 9.5, "font_color": TEAL} | under,
        "question": base | {"text_wrap": True, "bold": True, "align": "left"} | under,
        "answer": base | {"text_wrap": True, "align": "left"} | under,
        "look": base | {"font_color": "#0369A1", "underline": 1} | under,
        "marked": base | {"bold": True, "font_color": TEAL, "align": "left", "indent": 1},
        "header_indent": header | {"align": "left", "indent": 1},
        "explained": base | {"num_format": PLAIN_NUMBER, "align": "left"},
        "points": base | {"num_format": ";".join(f'{sign}0.0"{point}"' for sign in ("+", "-", "")), "align": "right"},
        "drawn": base | {"num_format": "[>=100]#,##0;0.0#", "font_color": GREY, "align": "right"},
        "difference": base | {"num_format": "+0.0;-0.0;0.0", "align": "right"},
        "relative": base | {"num_format": "+0.0%;-0.0%;0.0%", "align": "right"},
        "source": base | {"font_size": 9.5, "font_color": GREY, "align": "left", "indent": 1},
        "attained": base | {"num_format": "0.0%", "align": "right", "bold": True},
        "day": base | {"num_format": "yyyy-mm-dd", "align": "left", "indent": 1},
        "month": base | {"num_format": month, "align": "left", "indent": 1},
        "listed": base | {"align": "left", "indent": 1},
        "amount_whole": base | {"num_format": "#,##0", "align": "right"},
        "amount": base | {"num_format": "#,##0.00##", "align": "right"},
        "text": base | {"align": "left"},
        "legend": base | {"align": "left", "border": 1, "border_color": LINE},
        "choice": base | {"align": "left"},
        "middle": base | {"align": "center"},
    }[name]


def _input(unit: str, currency: str, language: Language) -> dict[str, Any]:
    match unit:
        case "month":
            return {"num_format": translate(MONTH, language), "align": "left"}
        case "code":
            return {"align": "left", "font_name": "Consolas", "font_size": 9.5, "font_color": TEAL}
        case "day":
            return {"num_format": "yyyy-mm-dd", "align": "left", "indent": 1}
        case "listed":
            return {"align": "left", "indent": 1}
        case "text" | "label":
            return {"align": "left"}
        case "said":
            return {"align": "left", "indent": 1}
        case "number":
            return {"num_format": "[>=100]#,##0;General", "align": "right"}
    return {"num_format": number_format(unit, currency, language), "align": "right"}
