"""Layers of sequences forward and backward, float32: impl against eager PyTorch, on one thread.

    python benchmarks/sequences.py [--rounds N]

NumPy and torch each run in a process of their own, in turn (see ``steps.py``), timed by the processor's time.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

NAMES = (
    "lstm (64,50,128) -> 128",
    "multi-head attention (16,128,256), 8 heads",
    "embedding backward (64,50), 10000x128",
)
SIDES = ("numpy", "torch")
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
REPEATS = 15


def arrays() -> tuple[Callable[..., Any], Any]:
    """Noise of a shape, and words; the same on both sides."""
    import numpy as np

    rng = np.random.default_rng(0)
    return lambda *shape: rng.standard_normal(shape, dtype="float32"), rng.integers(10_000, size=(64, 50))


def numpy_steps() -> list[Callable[[], Any]]:
    """Impl's functions."""
    from gradproof import impl

    noise, words = arrays()
    of_lstm = noise(64, 50, 128), noise(64, 128), noise(128, 512) / 11, noise(128, 512) / 11, noise(512)
    x, weights, biases = noise(16, 128, 256), [noise(256, 256) / 16 for _ in "qkvo"], [noise(256) for _ in "qkvo"]
    dh, dout, dvectors = noise(64, 50, 128), noise(16, 128, 256), noise(64, 50, 128)
    _, read = impl.word_embedding_forward(words, noise(10_000, 128))
    return [
        lambda: impl.lstm_backward(dh, impl.lstm_forward(*of_lstm)[1]),
        lambda: impl.multi_head_attention_backward(
            dout, impl.multi_head_attention_forward(x, x, x, *weights, *biases, 8)[1]
        ),
        lambda: impl.word_embedding_backward(dvectors, read),
    ]


def torch_steps() -> list[Callable[[], Any]]:
    """The same in torch, gradients by autograd."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    noise, words = arrays()
    lstm, heads = nn.LSTM(128, 128, batch_first=True), nn.MultiheadAttention(256, 8, batch_first=True)
    x, h0 = torch.from_numpy(noise(64, 50, 128)).requires_grad_(), torch.zeros(1, 64, 128, requires_grad=True)
    q, table = (torch.from_numpy(noise(*shape)).requires_grad_() for shape in ((16, 128, 256), (10_000, 128)))
    dh, dout, dvectors = (torch.from_numpy(noise(*shape)) for shape in (x.shape, q.shape, x.shape))
    vectors = nn.functional.embedding(torch.from_numpy(words), table)
    grad = torch.autograd.grad
    return [
        lambda: grad(lstm(x, (h0, torch.zeros(1, 64, 128)))[0], [x, h0, *lstm.parameters()], dh),
        lambda: grad(heads(q, q, q, need_weights=False)[0], [q, *heads.parameters()], dout),
        lambda: grad(vectors, table, dvectors, retain_graph=True),
    ]


def seconds(step: Callable[[], Any]) -> float:
    """Of the processor, the least of several repeats."""
    taken = []
    for _ in range(REPEATS):
        start = time.process_time()
        step()
        taken.append(time.process_time() - start)
    return min(taken)


def in_its_own_process(side: str) -> list[float]:
    """The seconds of every step."""
    command = [sys.executable, __file__, "--side", side]
    environment = {**os.environ, **THREADS}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    answer: list[float] = json.loads(done.stdout)
    return answer


def main() -> None:
    """Print a line for each layer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="processes of each side")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side is not None:
        print(json.dumps([seconds(step) for step in (numpy_steps() if arguments.side == "numpy" else torch_steps())]))
        return
    rounds = [{side: in_its_own_process(side) for side in SIDES} for _ in range(arguments.rounds)]
    for i, name in enumerate(NAMES):
        ours, theirs = (statistics.median(each[side][i] for each in rounds) for side in SIDES)
        ratio = statistics.median(each["numpy"][i] / each["torch"][i] for each in rounds)
        print(f"{name:<46}{ours * 1e3:>8.2f}ms{theirs * 1e3:>8.2f}ms{ratio:>8.2f}")


if __name__ == "__main__":
    main()
