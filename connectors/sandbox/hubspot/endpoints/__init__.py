"""What each path does. `hubspot/routes.py` says which function answers which path."""
