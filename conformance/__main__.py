"""``python -m conformance`` is the command ``gradproof``."""

from conformance.cli import main

main()
