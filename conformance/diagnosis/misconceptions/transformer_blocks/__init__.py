"""Mistakes in self-attention and in a transformer's block."""
