"""What is wrong with records, seen with all around them; what people said to that; the fixes it leads to."""
