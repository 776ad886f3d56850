"""What Excel would repair or refuse in a workbook's file: rules of our own, and three validators that others made."""

from tests.support.validity import (  # noqa: F401  importing a module adds its rules
    book_rules,
    drawing_rules,
    formula_rules,
    host_rules,
    package_rules,
    sheet_rules,
)
from tests.support.validity.rules import RULES, Finding, findings
from tests.support.validity.validators import VALIDATORS

__all__ = ["RULES", "VALIDATORS", "Finding", "findings"]
