"""What is told of a mistake, level by level."""
