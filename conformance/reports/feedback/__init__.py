"""Feedback for one student a file, and for the services that show it beside their code."""
