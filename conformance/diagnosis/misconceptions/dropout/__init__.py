"""Mistakes in dropout."""
