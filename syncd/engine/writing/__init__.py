"""What is approved is written, journalled and settled; what was written is taken back."""
