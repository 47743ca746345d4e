"""What everybody in a process shares."""
