"""Tables as they were known on a day: without later readings, and with later revisions reversed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from xl_lifecycle.core.cells.errors import Refusal
from xl_lifecycle.core.dataset.coverage import coverage_of
from xl_lifecycle.core.dataset.history import Revision, fact_key, first_reads, in_order
from xl_lifecycle.core.dataset.tables import Fact, Tables


def as_of(tables: Tables, day: dt.date) -> Tables:
    """The tables as known when a day ended.

    A value that an import first read later is unknown; a value that a refresh changed later has its old value. Typed
    values have no date: they count as always known. Refuses if the table Imports or Revisions cannot be read.
    """
    for problem in tables.problems:
        if problem.table in ("Imports", "Revisions"):
            raise Refusal(problem.error, problem.message)
    first = first_reads(tables.readings)
    revised: set[tuple[object, ...]] = set()
    reversals: dict[tuple[object, ...], Revision] = {}
    for revision in in_order(tables.revisions):
        revised.add(revision.key)
        if revision.changed_on and revision.changed_on > day:
            reversals.setdefault(revision.key, revision)
    facts = []
    for fact in tables.facts:
        key = fact_key(fact)
        read = None if key in revised else first(fact.measure, fact.month, None if fact.item else fact.channel)
        if key not in reversals and not (read and read > day):
            facts.append(fact)
    for each in reversals.values():
        if each.old is not None and not (each.old_of and each.old_of > day):
            place = each.measure, each.month, each.channel, each.campaign
            facts.append(Fact(*place, each.old, each.item, "Revisions", each.at or 0))
    return replace(tables, facts=facts, coverage=coverage_of(tables.readings, day))
