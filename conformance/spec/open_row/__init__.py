"""The open row: a torch function is a contract. What others declare, from files and installed packs."""
