"""What a function needs to calculate its value, from words to answers. Standard library only."""
