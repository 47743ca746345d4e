"""Mistakes in language models of characters."""
