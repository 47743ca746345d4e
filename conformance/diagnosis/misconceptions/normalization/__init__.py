"""Mistakes in batch and layer normalization."""
