"""Mistakes in attention."""
