"""How long a notebook waits for a verdict: from running a cell to its report, by nbclient, in golden mode.

And what ``gradproof.check`` of one right layer takes of the processor, warm: the median of five after the first.

python benchmarks/notebook.py
"""

from datetime import datetime
from statistics import median
from time import process_time

import nbformat
from nbclient import NotebookClient

import gradproof as gp
from gradproof import impl

RELU = """
import numpy as np
def relu_forward(x):
    return np.maximum(x, 0), x
def relu_backward(dout, cache):
    return dout * (cache > 0)
"""
CELLS = {
    "load_ext": "%load_ext gradproof",
    "relu, first": f"%%gradproof relu\n{RELU}",
    "relu, again": f"%%gradproof relu\n{RELU}",
    "batchnorm": "%%gradproof batchnorm\nfrom gradproof.impl import batchnorm_backward, batchnorm_forward",
    "all of it": "%gradproof",
}


def main() -> None:
    """Print the seconds of each cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS.values()])
    NotebookClient(notebook, timeout=300, record_timing=True).execute()
    for name, cell in zip(CELLS, notebook.cells, strict=True):
        told = cell.metadata["execution"]
        began, ended = (datetime.fromisoformat(told[f"iopub.status.{each}"]) for each in ("busy", "idle"))
        print(f"{name}: {(ended - began).total_seconds():.2f} s")
    for layer in ("relu", "affine", "batchnorm", "layernorm"):
        functions = {name: getattr(impl, name) for name in (f"{layer}_forward", f"{layer}_backward")}
        taken = []
        for _ in range(6):
            started = process_time()
            assert gp.check(functions, only=layer, oracle="golden").passed
            taken.append(process_time() - started)
        print(f"gradproof.check, {layer}: {median(taken[1:]):.2f} s of the processor")


if __name__ == "__main__":
    main()
