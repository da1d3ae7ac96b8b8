"""File and environment into frozen settings, or every mistake at once."""
