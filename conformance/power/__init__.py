"""Detection power: what the suite catches, what it misses, and what it blames wrongly.

Misconceptions and systematic mutants of ``impl`` are judged as submissions, and so are correct variants.
"""
