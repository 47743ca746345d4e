"""What a report for a person tells beside the results themselves: a run in outline, where functions stand, power."""
