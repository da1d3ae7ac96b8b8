"""Passes and accounts: what they did, what they cost, what is held, what is usual."""
