"""Mistakes in activations."""
