"""What may stand in an expression's place beside what ``wider`` has: other numbers, other forms of the same formula."""
