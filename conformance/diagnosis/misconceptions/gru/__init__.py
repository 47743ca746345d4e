"""Mistakes in the gated recurrent unit."""
