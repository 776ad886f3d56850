"""A sample year of an invented B2B company, as the files its teams would have on disk."""
