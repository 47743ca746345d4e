"""The command line in the reader's language: its help, and what click says of wrong usage."""
