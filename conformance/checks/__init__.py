"""What is verified on a case, and what was found."""
