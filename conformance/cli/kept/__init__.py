"""What is done with a graded class afterwards, a verb a file."""
