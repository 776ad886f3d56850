"""Applies people's rules to imports from databases: renames channels and campaigns, and converts amounts."""

from __future__ import annotations

from dataclasses import replace

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.cells.months import month_of
from xl_lifecycle.exports.aggregate import facts_of, is_amount
from xl_lifecycle.exports.currency import Exchange
from xl_lifecycle.exports.facts import Import


def apply_rules(original: Import, rules: Rules) -> Import:
    """Apply the rules on Settings to an import. Its sums stay as in the database, so that they reconcile."""
    exchange = Exchange(rules, original.file)
    pieces = []
    for piece in original.pieces:
        channel, campaign = rules.place(original.source, piece.channel, piece.channel, piece.campaign)
        value = piece.value
        if is_amount(piece.measure):
            value = exchange.convert(value, original.currency, month_of(piece.start))
        pieces.append(piece._replace(channel=channel, campaign=campaign, value=value))
    return replace(
        original,
        facts=facts_of(pieces),
        pieces=tuple(sorted(pieces)),
        remarks=(*original.remarks, *exchange.remarks),
        currency=original.currency and (rules.currency or original.currency),
    )
