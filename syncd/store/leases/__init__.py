"""Who works on what: locks, fencing numbers, accounts that daemons share, a store that went back in time."""
