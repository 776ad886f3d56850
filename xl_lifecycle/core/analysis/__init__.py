"""Figures judged and explained: against the period before, the target and chance; what is missing."""
