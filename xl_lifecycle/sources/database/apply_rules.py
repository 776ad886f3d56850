"""People's rules upon what databases tell: channels and campaigns renamed, amounts in the workbook's currency."""

from __future__ import annotations

from dataclasses import replace

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.cells.months import month_of
from xl_lifecycle.exports.aggregate import facts_of, is_amount
from xl_lifecycle.exports.currency import Exchange
from xl_lifecycle.exports.facts import Import


def by_rules(found: Import, rules: Rules) -> Import:
    """An import by the rules of Settings; its sums stay as the database has them, so that they reconcile."""
    exchange = Exchange(rules, found.file)
    pieces = []
    for piece in found.pieces:
        channel, campaign = rules.place(found.source, piece.channel, piece.channel, piece.campaign)
        value = piece.value
        if is_amount(piece.measure):
            value = exchange.convert(value, found.currency, month_of(piece.start))
        pieces.append(piece._replace(channel=channel, campaign=campaign, value=value))
    return replace(
        found,
        facts=facts_of(pieces),
        pieces=tuple(sorted(pieces)),
        remarks=(*found.remarks, *exchange.remarks),
        currency=found.currency and (rules.currency or found.currency),
    )
