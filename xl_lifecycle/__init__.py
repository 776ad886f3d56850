"""Customer lifecycle metrics as Excel functions."""

__version__ = "0.1.0"
