"""Pure numerics, standard library only, since Excel waits for them."""
