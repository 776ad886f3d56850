"""What a function needs to answer, from words to answers. Standard library only."""
