"""The programs that run our functions, one module each."""
