"""What was fetched of each record, what is known of its values, and its being forgotten."""
