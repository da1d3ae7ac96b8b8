"""Opening a database and bringing it to the newest form: what it complains of, whose turn it is."""
