"""What every room of a transaction is built on: its connection, statements over many rows, ids, counts."""
