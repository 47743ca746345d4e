"""What is read of a submission's files before any of them runs."""
