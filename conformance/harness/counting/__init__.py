"""How much work a function does, in calls."""
