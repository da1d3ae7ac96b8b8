"""What a single value of the settings may be: durations, hours, addresses, secrets, references."""
