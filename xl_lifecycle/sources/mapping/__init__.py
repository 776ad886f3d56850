"""Which columns are which measures: a team's own declarations, and help in writing one. Not for Lite."""
