"""``python -m conformance``, in a checkout, is the command ``gradproof``."""

from gradproof.conformance.cli.main import main

main()
