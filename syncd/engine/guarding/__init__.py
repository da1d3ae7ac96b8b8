"""What stands between a decision and the CRM: limits, what is not usual, and a look at what it holds now."""
