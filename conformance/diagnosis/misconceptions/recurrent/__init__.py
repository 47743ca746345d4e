"""Mistakes in recurrent layers."""
