"""What `syncd clean` makes of a file."""
