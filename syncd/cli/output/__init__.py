"""How results look: on a terminal, as data for scripts, as pages and as files."""
