"""Formulas that are put together from what a case has in it, until one gives what came back."""
