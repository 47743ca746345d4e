"""Mistakes in update rules."""
