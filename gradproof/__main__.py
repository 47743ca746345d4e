"""``python -m gradproof`` is the command ``gradproof``."""

from gradproof.conformance.cli.main import main

main()
