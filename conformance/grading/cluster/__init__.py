"""A class judged on other machines: what travels there, and the executors that take it."""
