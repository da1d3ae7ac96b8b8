"""How clean it is, how old, how far: counted from the store."""
