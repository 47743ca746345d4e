"""How many threads BLAS may use. Imports nothing of NumPy, for that must come after."""

import os

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def one_thread_each() -> None:
    """Let BLAS use one thread, unless the user says otherwise, where NumPy is not imported yet.

    The nets are small, so threads cost more than they give, and one thread adds in one order on every machine.
    """
    for name in VARIABLES:
        os.environ.setdefault(name, "1")
