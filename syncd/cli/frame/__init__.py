"""What is around every command: finding and starting it, its options, what it opens, what it notes, how it ends."""
