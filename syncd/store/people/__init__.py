"""People: who may log in, what they looked at and ordered, what they were told."""
