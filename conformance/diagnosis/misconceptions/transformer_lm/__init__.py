"""Mistakes in transformers that say which word comes next."""
