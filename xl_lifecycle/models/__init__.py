"""Pure numerics, standard library only where Excel waits for them."""
