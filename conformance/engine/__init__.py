"""A submission judged as a whole."""
