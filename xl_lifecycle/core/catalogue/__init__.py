"""The one list of metrics and measures, formulas in words, and the metrics that users define."""
