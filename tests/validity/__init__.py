"""What Excel would repair or refuse in a workbook's file: rules of our own, and three validators that others made."""

from . import (  # noqa: F401  importing a module adds its rules
    book_rules,
    drawing_rules,
    formula_rules,
    host_rules,
    package_rules,
    sheet_rules,
)
from .rules import RULES, Finding, findings
from .validators import VALIDATORS

__all__ = ["RULES", "VALIDATORS", "Finding", "findings"]
