"""What `syncd review` works with: the queue, files that come back, pairs kept apart."""
