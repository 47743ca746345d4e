"""Where the answers come from, and how near is right."""
