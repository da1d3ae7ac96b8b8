"""What was asked for outside of the records: owners, mail domains, providers."""
