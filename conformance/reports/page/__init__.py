"""The parts of the page: what is drawn on it, where its links lead."""
