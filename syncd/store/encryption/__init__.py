"""Encryption at rest: which key opens a store, and writing all of it under another."""
