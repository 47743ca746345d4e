"""Mistakes in networks."""
