"""What `syncd plan` shows."""
