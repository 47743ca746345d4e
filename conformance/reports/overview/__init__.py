"""What a report for a person tells beside the results themselves: the outline of a run, where functions stand."""
