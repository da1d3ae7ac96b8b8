"""Rules that an admin writes without Python: read, checked, and made into ordinary rules."""
