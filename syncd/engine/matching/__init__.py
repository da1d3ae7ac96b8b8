"""Which records are one: of an account, and of accounts that are linked."""
