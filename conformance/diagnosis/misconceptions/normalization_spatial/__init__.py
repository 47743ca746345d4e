"""Mistakes in normalizations of images."""
