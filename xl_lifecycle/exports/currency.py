"""Amounts in the workbook's currency, at the rates that Settings give."""

from __future__ import annotations

from xl_lifecycle.content.rules import Rate, Rules
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.language.text import Text


class Exchange:
    """Converts a file's amounts, and remembers at which rates. where: the file, for errors."""

    def __init__(self, rules: Rules, where: str) -> None:
        self.rules, self.where = rules, where
        self.used: set[Rate] = set()

    def convert(self, value: float, currency: str, month: int) -> float:
        """An amount of a month; as it is if its currency is not known, or the workbook's."""
        if not value or not currency or self.rules.currency in ("", currency):
            return value
        rate = self.rules.rate(currency, month)
        if rate is None:
            raise SourceError(
                f"{self.where} is in {currency}, the workbook in {self.rules.currency}: write the rate of {currency} "
                f"from {month_text(month)} or earlier on Settings, table ExchangeRates, or another currency there"
            )
        self.used.add(rate)
        return value * rate.rate

    @property
    def remarks(self) -> list[str]:
        """The rates that were used."""
        return [
            Text(
                "{currency} taken at {rate:.15g} {own} from {month}",
                currency=rate.currency,
                rate=rate.rate,
                own=self.rules.currency,
                month=month_text(rate.month),
            )
            for rate in sorted(self.used, key=lambda rate: (rate.currency, rate.month))
        ]
