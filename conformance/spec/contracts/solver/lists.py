"""The training of the network with lists, asked on one sample, or on two of which one is learned already."""

from collections.abc import Iterator

import numpy as np

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.contract import Case, Subject
from gradproof.conformance.spec.contracts.solver.training import STEPS


def train_lists(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """``Network.train`` on copies of one sample in one batch; or on two samples, one of them learned, in two."""
    net, label = network_styles.build_lists(subject, "Network", case), "Network.train"
    options = case.scalar_options()
    count = int(options["samples"])
    is_learned = "x_learned" in case.inputs
    x = np.concatenate([case["x_1"], case["x_learned"]]) if is_learned else np.repeat(case["x_1"], count, axis=0)
    data = x, np.repeat(case["y_1"], count)
    settings = (options["learning_rate"], STEPS, int(options["batch_size"]))  # in the published order
    rows = "np.concatenate([x_1, x_learned])" if is_learned else f"np.repeat(x_1, {count}, axis=0)"
    subject.script += [
        f"data = {rows}, np.repeat(y_1, {count})",
        f"net.train(data, data, {', '.join(map(str, settings))})",
    ]
    subject.attempt(label, lambda: net.net.train(data, data, *settings), x=data[0], y=data[1])
    layers = sum(name.startswith("W") for name in case.inputs)
    for i in range(1, layers + 1):
        for kind, held in (("W", net.net.weights), ("b", subject.attempt(label, net.biases))):
            subject.script.append(f'got["last_{kind}{i}"] = net.{"weights" if kind == "W" else net.bias_name}[{i - 1}]')
            yield f"last_{kind}{i}", held[i - 1]
    scores = net.scores("x_test")
    subject.script.append('got["scores"] = scores')
    yield "scores", scores
