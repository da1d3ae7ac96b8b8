"""What `syncd review` works with: which fixes are meant, the queue, files that come back, pairs kept apart."""
