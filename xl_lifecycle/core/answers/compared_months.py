"""MONTHS: the months that all answers mean by "now" and "before"."""

from __future__ import annotations

from xl_lifecycle.core.answers.view import View
from xl_lifecycle.core.cells.errors import Refusal
from xl_lifecycle.core.cells.months import Month


def months(view: View) -> list[str]:
    """The months of the chosen period and of the period before; for a relative period, the last recorded months."""
    speech, fiscal = view.speech, view.dataset.settings.fiscal
    by_measure = [view.dataset.complete(name) for name in view.dataset.catalogue.measures]
    recorded: set[Month] = set().union(*by_measure)
    now = view.period.months(recorded, fiscal)
    if not now:
        return [speech.say("nothing_yet")]
    ends = {max(each) for each in by_measure if each}
    apart = speech.say("ends_apart") if view.period.relative and len(ends) > 1 else ""
    try:
        before = view.period.before().months(recorded, fiscal)
    except Refusal:
        return [speech.say("now_only", now=speech.months(now)), apart]
    key = "now_and_before" if recorded & {*before} else "before_unknown"
    return [speech.say(key, now=speech.months(now), before=speech.months(before)), apart]
