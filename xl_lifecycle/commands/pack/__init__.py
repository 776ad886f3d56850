"""The folder that a team gets."""
