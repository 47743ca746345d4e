"""What is asked: cases, contracts, conventions."""
