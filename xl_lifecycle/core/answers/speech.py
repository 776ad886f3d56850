"""Writes numbers, counts and sentences in the workbook's language and currency."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from xl_lifecycle.core.answers.phrases import PHRASES, SHORT
from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.months import Month, month_text
from xl_lifecycle.core.language.channels import channel_name
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import Language, Unit
from xl_lifecycle.core.language.words import words
from xl_lifecycle.core.metrics.measures import Measure

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩", "CNY": "¥", "INR": "₹"}
NAMED = 3  # names in a list; the rest are counted


class Speech:
    """The language and currency of a workbook's answers."""

    def __init__(self, language: Language, currency: str) -> None:
        self.language = language
        self.symbol = SYMBOLS.get(currency, f"{currency} ")
        self.whole = currency in ("JPY", "KRW")

    def say(self, key: str, **words: object) -> str:
        """A phrase with its words filled in."""
        return translate(PHRASES[key], self.language).format(**words)

    def sentences(self, clauses: Iterable[str]) -> str:
        """Clauses as sentences, one after the other; with capitals if the language writes spaces."""
        end = self.say("stop")
        spaced = end.endswith(" ")
        distinct = list(dict.fromkeys(clause for clause in clauses if clause))
        return "".join(
            f"{clause[0].upper()}{clause[1:]}{end}" if spaced else clause + end for clause in distinct
        ).rstrip()

    def join_clauses(self, *clauses: str) -> str:
        """Clauses as one sentence, so that a judgement stays with its figure."""
        return self.say("semicolon").join(clause for clause in clauses if clause)

    def list_names(self, words: Sequence[str]) -> str:
        """The first few names, and the number of the others."""
        names = self.say("comma").join(words[:NAMED])
        rest = len(words) - NAMED
        return self.say("more", names=names, n=rest) if rest > 0 else names

    def name(self, entry: Measure | Metric) -> str:
        """A figure's name at the start of a sentence."""
        if isinstance(entry, Measure):
            return translate(entry.label, self.language)
        return entry.excel_name if entry.name in SHORT else translate(entry.label, self.language)

    def noun(self, measure: Measure) -> str:
        """A measure's name within a sentence.

        >>> from xl_lifecycle.core.metrics.measures import MEASURES
        >>> named = {measure.name: measure for measure in MEASURES}
        >>> Speech("en", "USD").noun(named["new_customers"]), Speech("en", "USD").noun(named["mqls"])
        ('new customers', 'MQLs')
        """
        return self.within(translate(measure.label, self.language))

    def within(self, name: str) -> str:
        """A name within a sentence: in English in lower case, except abbreviations."""
        return name if self.language != "en" or name[:2].isupper() else name[0].lower() + name[1:]

    def count(self, measure: Measure, value: float) -> str:
        """A number of things.

        >>> from xl_lifecycle.core.language.vocabulary import LANGUAGES
        >>> from xl_lifecycle.core.metrics.measures import MEASURES
        >>> leads = next(measure for measure in MEASURES if measure.name == "leads")
        >>> [Speech(language, "USD").count(leads, 18) for language in LANGUAGES]
        ['18 leads', '리드 18건', 'リード18件']
        """
        noun = self.noun(measure)
        if self.language == "en" and value == 1:
            noun = f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
        counters = words(self.language).get("counters", {})
        counter = counters.get(measure.name, counters.get("other", ""))
        return self.say("counted", number=self.number(value), noun=noun, counter=counter)

    def sheet(self, table: str) -> str:
        return translate(table, self.language)

    def place(self, channel: str) -> str:
        """A channel, or a campaign of one, as the workbook names it."""
        name, slash, campaign = channel.partition("/")
        return channel_name(name, self.language) + slash + campaign

    def months(self, months: Sequence[Month]) -> str:
        """Months from the first to the last."""
        first, last = month_text(min(months)), month_text(max(months))
        return first if first == last else self.say("months", first=first, last=last)

    def number(self, value: float) -> str:
        """A number; with one decimal if it is small and not whole.

        >>> Speech("en", "USD").number(2354), Speech("en", "USD").number(608.73)
        ('2,354', '608.7')
        """
        return f"{value:,.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:,.1f}"

    def money(self, value: float) -> str:
        """An amount; with decimals only below 100, in a currency that has decimals.

        >>> Speech("en", "USD").money(1050.4), Speech("en", "USD").money(41), Speech("ko", "KRW").money(41000)
        ('$1,050', '$41', '₩41,000')
        """
        size = abs(value)
        decimals = 0 if size >= 100 or value == round(value) or (self.whole and size >= 10) else 2
        digits = f"{size:,.{decimals}f}" if decimals == 0 or size >= 1 else _two_digits(size)
        return ("−" if value < 0 else "") + self.symbol + digits

    def value(self, unit: Unit, value: float) -> str:
        """A value in its unit.

        >>> Speech("en", "USD").value(Unit.PERCENT, 0.0213), Speech("en", "USD").value(Unit.PERCENT, 2.4)
        ('2.1%', '240%')
        >>> from xl_lifecycle.core.language.vocabulary import LANGUAGES
        >>> [Speech(language, "USD").value(Unit.DAYS, 32.5) for language in LANGUAGES]
        ['32.5 days', '32.5일', '32.5日']
        """
        match unit:
            case Unit.CURRENCY:
                return self.money(value)
            case Unit.PERCENT:
                return self.percent(value)
            case Unit.COUNT:
                return self.number(value)
            case Unit.SECONDS | Unit.HOURS | Unit.DAYS:
                one = self.language == "en" and value == 1
                name = unit.value[:-1] if one else translate(unit.value, self.language)
                return self.say("measured", number=self.number(value), unit=name)
        size = abs(value)
        return f"{value:,.0f}" if size >= 100 else f"{value:,.1f}" if size >= 10 else _two_digits(value)

    def percent(self, share: float) -> str:
        size = 100 * abs(share)
        digits = f"{size:,.0f}" if size >= 100 else f"{size:,.1f}" if size >= 1 or not size else _two_digits(size)
        return f"{'−' if share < 0 else ''}{digits}%"

    def times(self, ratio: float) -> str:
        """How many times as much: 2.3.

        >>> Speech("en", "USD").times(2.31), Speech("en", "USD").times(14.2)
        ('2.3', '14')
        """
        return f"{ratio:,.0f}" if ratio >= 9.95 else f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2g}"


def _two_digits(value: float) -> str:
    """A number with two decimals, or more if it is very small.

    >>> _two_digits(2.4), _two_digits(0.0042), _two_digits(0)
    ('2.40', '0.0042', '0.00')
    """
    if not value or abs(value) >= 0.1:
        return f"{value:.2f}"
    return f"{value:.{1 - math.floor(math.log10(abs(value)))}f}"
