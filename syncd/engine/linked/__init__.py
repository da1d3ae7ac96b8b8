"""Linked accounts as one: the golden record, what is made in the other, merges in all of them at once."""
