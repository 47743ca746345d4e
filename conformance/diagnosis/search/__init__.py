"""The smallest change to a right formula that gives the very values of a submission."""
