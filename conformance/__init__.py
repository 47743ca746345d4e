"""The conformance suite: cases, yardstick, checks, oracles and the runner that turns a submission into results."""

__version__ = "0.1.0"
