"""What real use has and a minimal case has not: sizes, dtypes, combinations, and inputs that no text speaks of."""
