"""One renderer a file, all from the same results."""
