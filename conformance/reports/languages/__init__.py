"""The language in which a person is told: catalogues of gettext, looked into at the very end.

English is what the sentences are written in, and what stands wherever a catalogue has nothing. Findings, JSON, names of
functions, checks and mistakes are the same in every language.
"""
