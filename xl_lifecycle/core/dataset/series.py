"""The facts of one measure, added up by place and month."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from xl_lifecycle.core.cells.months import Month
from xl_lifecycle.core.dataset.tables import Fact
from xl_lifecycle.core.language.vocabulary import ALL, NOT_ATTRIBUTED

Place = tuple[str, str | None]  # channel, campaign; campaign None is the channel as a whole


@dataclass
class MonthSum:
    """The rows of one month and place."""

    value: float = 0.0
    rows: int = 0


class MeasureSeries:
    """One measure, of the company or of one item, indexed by place and month."""

    def __init__(self) -> None:
        self.places: dict[Place, dict[Month, MonthSum]] = defaultdict(dict)
        self.covered: set[Month] = set()
        self.attributed = False
        self.campaigns: set[str] = set()  # the channels with rows by campaign

    def add(self, facts: Sequence[Fact], separate: bool = False) -> None:
        """Index facts. separate: they do not add up over channels and campaigns."""
        wholes = {(fact.month, fact.channel) for fact in facts if not fact.campaign}
        sums: dict[tuple[Place, Month], list[float]] = defaultdict(list)
        for fact in facts:
            places: Sequence[Place] = ((fact.channel, fact.campaign), (fact.channel, None), (ALL, None))
            for place in _separate_places(fact, wholes) if separate else places:
                sums[place, fact.month].append(fact.value)
            self.covered.add(fact.month)
            self.attributed |= fact.channel != NOT_ATTRIBUTED
            if fact.campaign:
                self.campaigns.add(fact.channel)
        for (place, month), values in sums.items():
            self.places[place][month] = MonthSum(math.fsum(values), len(values))


def _separate_places(fact: Fact, wholes: set[tuple[Month, str]]) -> list[Place]:
    """The places of a row that does not add up: without a campaign it is the channel's, without both the company's.

    wholes: months and channels that have such a row; the rows of their campaigns are not part of it.
    """
    if fact.channel == NOT_ATTRIBUTED and not fact.campaign:
        return [(ALL, None)]
    places: list[Place] = [(fact.channel, fact.campaign)]
    if not fact.campaign or (fact.month, fact.channel) not in wholes:
        places.append((fact.channel, None))
    if (fact.month, NOT_ATTRIBUTED) not in wholes:
        places.append((ALL, None))
    return places
