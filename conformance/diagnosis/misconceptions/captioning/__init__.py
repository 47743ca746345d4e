"""Mistakes in networks that write captions."""
