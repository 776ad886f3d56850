"""Explains figures and judges them against the period before, the target and chance; finds what is missing."""
