"""The process of a submission and the walls around it."""
