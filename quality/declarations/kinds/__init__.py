"""By what records of a kind are compared where nobody says otherwise: one file a kind."""
