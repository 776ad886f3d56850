"""Leads and deals as a team has agreed on them: what Settings say in place of the format's own definition."""

from __future__ import annotations

import re
from dataclasses import replace

from xl_lifecycle.content.rules import LeadRule, Rules, is_source, regex_of
from xl_lifecycle.core.language.text import Text, join
from xl_lifecycle.core.metrics.measures import called
from xl_lifecycle.exports.declaration import Declaration, Event
from xl_lifecycle.exports.recognise import ExportTable


def redefined(declared: Declaration, rules: Rules) -> Declaration:
    """A format of records whose events and states are as agreed.

    A measure that the format counts by a state, as won deals, redefines that state for all that is counted by it.
    """
    if declared.shape != "records":
        return declared
    for measure, given in _agreed(declared, rules).items():
        roles = tuple(map(_role, given))
        own = next((event for event in declared.events if event.measure == measure), Event(measure, "created"))
        state = own.state if own.state in declared.states else f"agreed {measure}"
        ways = tuple((role, _pattern(rule.values)) for role, rule in zip(roles, given, strict=True))
        agreed = replace(own, state=state, needs=(), or_seen=False, instead="created")
        events = [agreed if event is own else event for event in declared.events]
        declared = replace(
            declared,
            events=tuple(
                replace(event, agreed=(*event.agreed, *roles))
                if state in (*event.state.split("|"), *event.covers.split("|"))
                else event
                for event in (events if own in declared.events else [*events, agreed])
            ),
            states=declared.states | {state: ways},
        )
    return declared


def as_agreed(table: ExportTable, rules: Rules, remarks: list[str]) -> ExportTable:
    """A table of records with the columns that the definitions look at."""
    at: dict[str, int] = {}
    for n, header in reversed([*enumerate(table.header.cells)]):
        at[_plain(header)] = n
    columns = dict(table.columns)
    for measure, given in _agreed(table.declared, rules).items():
        found = [rule for rule in given if _plain(rule.column) in at]
        columns |= {_role(rule): at[_plain(rule.column)] for rule in found}
        each = (Text("{column} is {values}", column=rule.column, values=rule.values) for rule in found or given)
        said = "{label} as agreed: {told}" if found else "{label} left out, no such column: {told}"
        remarks.append(Text(said, label=called(measure), told=join(each, " or ")))
    return replace(table, declared=redefined(table.declared, rules), columns=columns)


def _agreed(declared: Declaration, rules: Rules) -> dict[str, list[LeadRule]]:
    """The definitions for a format's measures; for those it does not count if they name it."""
    found: dict[str, list[LeadRule]] = {}
    own = {event.measure for event in declared.events}
    for rule in rules.leads if declared.shape == "records" else ():
        if is_source(rule.source, declared.title) and (rule.source or rule.measure in own):
            found.setdefault(rule.measure, []).append(rule)
    return found


def _role(rule: LeadRule) -> str:
    return f"agreed {rule.measure} {_plain(rule.column)}"


def _plain(header: str) -> str:
    return " ".join(header.strip("\ufeff").split()).casefold()


def _pattern(values: str) -> re.Pattern[str]:
    """Any of the values, also as one of several in a cell, which ";" parts there too."""
    ways = "|".join(regex_of(value.strip(), "[^;]") for value in values.split(";") if value.strip())
    return re.compile(rf"(?:^|;)\s*(?:{ways})\s*(?:;|$)", re.IGNORECASE)
