"""What came in by forms and files."""
