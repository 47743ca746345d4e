"""Judging a class: find the hand-ins, judge each behind a wall, write every result down at once."""
