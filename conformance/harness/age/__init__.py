"""What old code misses in a current NumPy and Python. Runs beside untrusted code."""
