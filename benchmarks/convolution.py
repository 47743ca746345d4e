"""Convolution and pooling forward and backward, float32: impl's fast versions against eager PyTorch and its own loops.

    python benchmarks/convolution.py [--rounds N] [--threads N]

NumPy and torch each run in a process of their own, in turn, both with as many threads (see ``steps.py``). The loops
are timed once in each round. The gradients are by all inputs, into fresh arrays. The columns of the fast convolution
take BLOCK_BYTES at a time, or those of one image; the most memory that a step takes stands beside the times.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

from steps import Step, median_time, timed

# x, w, then stride and pad; or x, then the side of the window, its stride
CONVOLUTIONS = (((100, 3, 31, 31), (25, 3, 3, 3), 2, 1), ((32, 16, 28, 28), (32, 16, 3, 3), 1, 1))
POOLINGS = (((100, 3, 32, 32), 2, 2), ((100, 3, 32, 32), 3, 2))
SIDES = ("fast", "torch", "loops")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def numpy_steps(version: str) -> list[Step]:
    """Impl's functions of one version."""
    from gradproof import impl

    def step(name: str, dout: Any, *arguments: Any) -> Step:
        forward, backward = (getattr(impl, f"{name}_{way}_{version}") for way in ("forward", "backward"))
        return lambda: backward(dout, forward(*arguments)[1])

    steps = []
    for x, w, b, dout, stride, pad in convolutions():
        steps.append(step("conv", dout, x, w, b, {"stride": stride, "pad": pad}))
    for kind in ("max", "avg"):
        for x, dout, side, stride in poolings():
            param = {"pool_height": side, "pool_width": side, "stride": stride}
            steps.append(step(f"{kind}_pool", dout, x, param))
    return steps


def torch_steps() -> list[Step]:
    """The same in torch, gradients by autograd."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(int(os.environ[THREADS[0]]))

    def step(function: Callable[..., Any], dout: Any, *arrays: Any, **options: int) -> Step:
        tensors = [torch.from_numpy(array).requires_grad_() for array in arrays]
        upstream = torch.from_numpy(dout)
        return lambda: torch.autograd.grad(function(*tensors, **options), tensors, upstream)

    steps = []
    for x, w, b, dout, stride, pad in convolutions():
        steps.append(step(functional.conv2d, dout, x, w, b, stride=stride, padding=pad))
    for function in (functional.max_pool2d, functional.avg_pool2d):
        for x, dout, side, stride in poolings():
            steps.append(step(function, dout, x, kernel_size=side, stride=stride))
    return steps


def convolutions() -> list[tuple[Any, ...]]:
    """Noise of each shape, and its upstream gradient."""
    rng, cases = generator(), []
    for x, w, stride, pad in CONVOLUTIONS:
        windows = [(x[axis] + 2 * pad - w[axis]) // stride + 1 for axis in (2, 3)]
        shapes = (x, w, w[:1], (x[0], w[0], *windows))
        cases.append((*(rng.standard_normal(shape, dtype="float32") for shape in shapes), stride, pad))
    return cases


def poolings() -> list[tuple[Any, ...]]:
    """Noise of each shape, and its upstream gradient."""
    rng, cases = generator(), []
    for x, side, stride in POOLINGS:
        windows = [(x[axis] - side) // stride + 1 for axis in (2, 3)]
        arrays = (rng.standard_normal(shape, dtype="float32") for shape in (x, (*x[:2], *windows)))
        cases.append((*arrays, side, stride))
    return cases


def generator() -> Any:
    """The same noise on every side."""
    import numpy as np

    return np.random.default_rng(0)


def names() -> list[str]:
    """A line of the table each, in the order of the steps."""
    return [
        *(f"conv {x} * {w}, stride {stride}" for x, w, stride, _ in CONVOLUTIONS),
        *(f"{kind}_pool {x} {n}x{n}, stride {stride}" for kind in ("max", "avg") for x, n, stride in POOLINGS),
    ]


def measured(side: str) -> dict[str, list[float]]:
    """Seconds a step, the median of several repeats, and the bytes that it needs at its peak."""
    steps = torch_steps() if side == "torch" else numpy_steps("fast" if side == "fast" else "naive")
    times = [timed(step, 1) if side == "loops" else median_time(step) for step in steps]
    return {"seconds": times, "bytes": [peak(step) for step in steps] if side == "fast" else []}


def peak(step: Step) -> float:
    """Bytes that a call has taken at most, beside its arguments."""
    tracemalloc.start()
    step()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return float(most)


def main() -> None:
    """Print a line for each shape."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="processes of each side")
    parser.add_argument("--threads", type=int, default=1, help="of either side")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side is not None:
        print(json.dumps(measured(arguments.side)))
        return
    rounds = [{side: in_its_own_process(side, arguments.threads) for side in SIDES} for _ in range(arguments.rounds)]
    print(
        f"forward and backward, float32, threads: {arguments.threads}, medians of {arguments.rounds} processes a side"
    )
    print(f"{'':<58}{'fast':>9}{'torch':>9}{'fast/torch':>11}{'loops/fast':>11}{'peak':>9}")
    for i, name in enumerate(names()):
        seconds = [{side: each[side]["seconds"][i] for side in SIDES} for each in rounds]
        fast, torch_time = (statistics.median(each[side] for each in seconds) for side in ("fast", "torch"))
        ratio = statistics.median(each["fast"] / each["torch"] for each in seconds)
        gain = statistics.median(each["loops"] / each["fast"] for each in seconds)
        times = f"{fast * 1e3:>7.2f}ms{torch_time * 1e3:>7.2f}ms{ratio:>11.2f}{gain:>10.0f}x"
        print(f"{name:<58}{times}{rounds[0]['fast']['bytes'][i] / 2**20:>6.1f}MiB")


def in_its_own_process(side: str, threads: int) -> dict[str, list[float]]:
    """What :func:`measured` gives there."""
    command = [sys.executable, __file__, "--side", side]
    done = subprocess.run(
        command,
        env={**os.environ, **dict.fromkeys(THREADS, str(threads))},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answer: dict[str, list[float]] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    main()
