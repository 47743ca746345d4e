"""What ``gradproof new`` writes: an assignment with its hand-out and set-ups, or a contract file."""
