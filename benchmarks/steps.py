"""One training step, loss and all gradients: NumPy against eager PyTorch, both with two threads.

    python benchmarks/steps.py [--rounds N]

Each side runs in a process of its own, in turn: in one process the threads that one library leaves spinning slow the
other (torch took twice as long there). Beside the ratio stands the distance to the limit: the time of the step's
matrix products alone, by NumPy's BLAS into buffers that are there already.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

SHAPES = (([3072, 100, 100, 100, 100, 10], 100), ([784, 30, 10], 50), ([3072, 100, 10], 500))
SIDES = ("numpy", "torch", "products")
SECONDS, REPEATS = 0.02, 25
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2")

Step = Callable[[], Any]


def numpy_step(sizes: list[int], batch: int) -> Step:
    """Impl's network."""
    from gradproof.impl.networks import FullyConnectedNet

    x, y = data(sizes, batch)
    net = FullyConnectedNet(sizes[1:-1], sizes[0], sizes[-1], seed=0)
    return lambda: net.loss(x, y)


def torch_step(sizes: list[int], batch: int) -> Step:
    """The network as anybody writes it in torch, gradients into fresh tensors."""
    import torch
    from torch import nn

    torch.set_num_threads(2)
    layers = [layer for pair in pairwise(sizes) for layer in (nn.Linear(*pair), nn.ReLU())]
    net = nn.Sequential(*layers[:-1])
    x, y = map(torch.from_numpy, data(sizes, batch))

    def step() -> None:
        net.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(net(x), y).backward()

    return step


def products_step(sizes: list[int], batch: int) -> Step:
    """The matrix products alone: forward, weights' gradients, and hidden gradients; none for the input."""
    import numpy as np

    rng = np.random.default_rng(0)
    outs = [rng.standard_normal((batch, n), dtype=np.float32) for n in sizes]
    weights = [rng.standard_normal(pair, dtype=np.float32) for pair in pairwise(sizes)]
    buffers = [(np.empty_like(outs[i + 1]), np.empty_like(w), np.empty_like(outs[i])) for i, w in enumerate(weights)]

    def step() -> None:
        for i, (w, (out, dw, dx)) in enumerate(zip(weights, buffers, strict=True)):
            np.matmul(outs[i], w, out=out)
            np.matmul(outs[i].T, outs[i + 1], out=dw)
            if i:
                np.matmul(outs[i + 1], w.T, out=dx)

    return step


def data(sizes: list[int], batch: int) -> tuple[Any, Any]:
    """A batch of noise."""
    import numpy as np

    rng = np.random.default_rng(1)
    return rng.standard_normal((batch, sizes[0]), dtype=np.float32), rng.integers(sizes[-1], size=batch)


def measured(side: str) -> list[float]:
    """Seconds a step at each shape, the median of several repeats."""
    make = {"numpy": numpy_step, "torch": torch_step, "products": products_step}[side]
    steps = [make(*shape) for shape in SHAPES]
    return [median_time(step) for step in steps]


def median_time(step: Step) -> float:
    """Of a call."""
    count = max(1, int(SECONDS / timed(step, 20)))
    return statistics.median(timed(step, count) for _ in range(REPEATS))


def timed(step: Step, count: int) -> float:
    """Seconds a call."""
    started = time.perf_counter()
    for _ in range(count):
        step()
    return (time.perf_counter() - started) / count


def main() -> None:
    """Print a line for each shape."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="processes of each side")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        print(json.dumps(measured(arguments.side)))
        return
    rounds = [{side: in_its_own_process(side) for side in SIDES} for _ in range(arguments.rounds)]
    print(f"float32, 2 threads, medians of {arguments.rounds} processes a side")
    print(f"{'sizes':<32}{'batch':>6}{'NumPy':>9}{'torch':>9}{'ratio':>7}{'products':>10}{'of limit':>9}")
    for i, (sizes, batch) in enumerate(SHAPES):
        numpy_time, torch_time, limit = (statistics.median(each[side][i] for each in rounds) for side in SIDES)
        ratio = statistics.median(each["numpy"][i] / each["torch"][i] for each in rounds)
        times = f"{numpy_time * 1e6:>7.0f}us{torch_time * 1e6:>7.0f}us{ratio:>7.2f}{limit * 1e6:>8.0f}us"
        print(f"{sizes!s:<32}{batch:>6}{times}{limit / numpy_time:>9.0%}")


def in_its_own_process(side: str) -> list[float]:
    """What :func:`measured` gives there."""
    command = [sys.executable, __file__, "--side", side]
    done = subprocess.run(command, env={**os.environ, **THREADS}, capture_output=True, encoding="utf-8", check=True)
    times: list[float] = json.loads(done.stdout)
    return times


if __name__ == "__main__":
    main()
