"""How the functions come to a computer, and what works there."""
