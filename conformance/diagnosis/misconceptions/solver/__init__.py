"""Mistakes in trainings."""
