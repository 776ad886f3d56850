"""The programs that run our functions, a folder each."""
