"""Words: what everything is called, in every language."""
