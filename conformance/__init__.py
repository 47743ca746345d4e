"""The conformance suite, room by room: from a case to a report."""
