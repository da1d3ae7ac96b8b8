"""How far reading is: cursors, what was announced, what was looked through."""
