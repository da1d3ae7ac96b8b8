"""What is asked for outside of the records: owners, who wrote a value, providers."""
