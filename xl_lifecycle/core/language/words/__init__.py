"""What functions and reports say in other languages: a module for each, English text by translation."""
