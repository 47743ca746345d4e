"""How much a student is told of a mistake: the levels of a hint, and their sentences."""
