"""The mistake behind a failure."""
