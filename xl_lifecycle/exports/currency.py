"""Converts amounts to the workbook's currency, at the rates in Settings."""

from __future__ import annotations

from xl_lifecycle.content.rules import Rate, Rules
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.language.text import Text


class Exchange:
    """Converts a file's amounts, and remembers the rates. where: the file, for error messages."""

    def __init__(self, rules: Rules, where: str) -> None:
        self.rules, self.where = rules, where
        self.rates_in_use: set[Rate] = set()

    def convert(self, value: float, currency: str, month: int) -> float:
        """Convert an amount of a month. It does not change if its currency is unknown, or is the workbook's."""
        if not value or not currency or self.rules.currency in ("", currency):
            return value
        rate = self.rules.rate(currency, month)
        if rate is None:
            raise SourceError(
                f"{self.where} is in {currency}, the workbook in {self.rules.currency}: write the rate of {currency} "
                f"from {month_text(month)} or earlier on Settings, table ExchangeRates, or change the currency there"
            )
        self.rates_in_use.add(rate)
        return value * rate.rate

    @property
    def remarks(self) -> list[str]:
        """The rates that were used."""
        return [
            Text(
                "{currency} converted at {rate:.15g} {workbook_currency}, the rate from {month}",
                currency=rate.currency,
                rate=rate.rate,
                workbook_currency=self.rules.currency,
                month=month_text(rate.month),
            )
            for rate in sorted(self.rates_in_use, key=lambda rate: (rate.currency, rate.month))
        ]
