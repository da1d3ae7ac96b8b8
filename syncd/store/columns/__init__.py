"""Column types that mean the same on every database, and values as bytes: plain, packed or encrypted."""
