"""Every fix and what became of it: its life, merges, records that we make, what people set against it."""
