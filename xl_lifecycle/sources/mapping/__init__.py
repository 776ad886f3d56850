"""Maps columns to measures: a team's own declarations, and help with writing one. Not part of Lite."""
