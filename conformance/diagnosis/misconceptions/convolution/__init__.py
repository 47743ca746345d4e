"""Mistakes in convolutions."""
