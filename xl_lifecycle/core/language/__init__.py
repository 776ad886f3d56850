"""Words: the name of everything in every language."""
