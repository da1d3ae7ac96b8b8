"""Records become one, and are taken apart again."""
