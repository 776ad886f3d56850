"""One module per kind of sheet; each plans its sheet from the draft."""
