"""Mistakes in pooling."""
