"""The second calculation engine: behind calc, and behind the values that formulas show."""
