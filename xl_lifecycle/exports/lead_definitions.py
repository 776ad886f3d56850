"""The definitions of leads and deals that a team has agreed on: Settings replace the definition of the format."""

from __future__ import annotations

import re
from dataclasses import replace

from xl_lifecycle.content.rules import LeadRule, Rules, is_source, regex_of
from xl_lifecycle.core.language.text import Text, join
from xl_lifecycle.core.metrics.measures import called
from xl_lifecycle.exports.declaration import Declaration, Event
from xl_lifecycle.exports.recognise import ExportTable


def redefine(declaration: Declaration, rules: Rules) -> Declaration:
    """Replace the events and states of a format of records by the agreed definitions.

    If the format counts a measure by a state, such as won deals, the state is redefined for all measures that use it.
    """
    if declaration.shape != "records":
        return declaration
    for measure, rules_of_measure in _rules_by_measure(declaration, rules).items():
        roles = tuple(map(_role, rules_of_measure))
        original = next((event for event in declaration.events if event.measure == measure), Event(measure, "created"))
        state = original.state if original.state in declaration.states else f"agreed {measure}"
        ways = tuple((role, _pattern(rule.values)) for role, rule in zip(roles, rules_of_measure, strict=True))
        replacement = replace(original, state=state, needs=(), or_seen=False, instead="created")
        events = [replacement if event is original else event for event in declaration.events]
        declaration = replace(
            declaration,
            events=tuple(
                replace(event, agreed_roles=(*event.agreed_roles, *roles))
                if state in (*event.state.split("|"), *event.covers.split("|"))
                else event
                for event in (events if original in declaration.events else [*events, replacement])
            ),
            states=declaration.states | {state: ways},
        )
    return declaration


def apply_lead_rules(table: ExportTable, rules: Rules, remarks: list[str]) -> ExportTable:
    """Add the columns that the agreed definitions use to a table of records."""
    at: dict[str, int] = {}
    for n, header in reversed([*enumerate(table.header.cells)]):
        at[_plain(header)] = n
    columns = dict(table.columns)
    for measure, rules_of_measure in _rules_by_measure(table.declaration, rules).items():
        matches = [rule for rule in rules_of_measure if _plain(rule.column) in at]
        columns |= {_role(rule): at[_plain(rule.column)] for rule in matches}
        each = (
            Text("{column} is {values}", column=rule.column, values=rule.values) for rule in matches or rules_of_measure
        )
        message = "{label} as agreed: {conditions}"
        if not matches:
            message = "{label} left out, because the file has no such column: {conditions}"
        remarks.append(Text(message, label=called(measure), conditions=join(each, " or ")))
    return replace(table, declaration=redefine(table.declaration, rules), columns=columns)


def _rules_by_measure(declaration: Declaration, rules: Rules) -> dict[str, list[LeadRule]]:
    """The definitions for a format's measures. For other measures, only definitions that name the format."""
    result: dict[str, list[LeadRule]] = {}
    measures = {event.measure for event in declaration.events}
    for rule in rules.leads if declaration.shape == "records" else ():
        if is_source(rule.source, declaration.title) and (rule.source or rule.measure in measures):
            result.setdefault(rule.measure, []).append(rule)
    return result


def _role(rule: LeadRule) -> str:
    return f"agreed {rule.measure} {_plain(rule.column)}"


def _plain(header: str) -> str:
    return " ".join(header.strip("\ufeff").split()).casefold()


def _pattern(values: str) -> re.Pattern[str]:
    """A pattern for any of the values, also if a cell has several values separated by ";"."""
    ways = "|".join(regex_of(value.strip(), "[^;]") for value in values.split(";") if value.strip())
    return re.compile(rf"(?:^|;)\s{{0,9}}(?:{ways})\s{{0,9}}(?:;|$)", re.IGNORECASE)
