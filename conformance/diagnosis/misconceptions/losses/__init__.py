"""Mistakes in losses."""
