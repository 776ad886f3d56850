"""ANSWER and WHAT_IF: the questions of the sources answered in a sentence, and what each rate would bring."""
