"""Language models: what their cases have in common, drawn and exercised; and the trusted arithmetic of their draws."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array, Drawn
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Exercise,
    Function,
    Observations,
    Scenario,
    Subject,
    scalar_loss,
    twin,
)
from gradproof.conformance.spec.contracts.networks.initial import CHECK, SCALES, is_initial
from gradproof.conformance.spec.contracts.networks.named import (
    fill,
    held_by,
    is_asked_again,
    loss_of,
    made,
    new,
    unless,
    whole_numbers,
)

UNCOUNTED = -1
MARGIN = 0.05  # between the best word and the next, so that rounding chooses none
ONE_HINT = "one sample: its axis may not get lost"
MASKED_HINT = "where y is -1 nothing is asked: it counts neither in the sum nor in what the sum is divided by"
LONG_HINT = "a text that is longer than those of the other cases"

Scores = Callable[[Array], Array]
Made = Callable[[Subject, Case], tuple[Any, dict[str, Any]]]
Named = Callable[[Case], Any]


def texts(rng: np.random.Generator, samples: int, steps: int, words: int, is_masked: bool) -> dict[str, Array]:
    """What is read, and what comes next; if masked, not everywhere, but of every sample something."""
    x, y = rng.integers(words, size=(2, samples, steps))
    if is_masked:
        unasked = rng.random((samples, steps)) < 0.5
        unasked[:, -1] = False
        unasked[0, 0] = True
        y = np.where(unasked, UNCOUNTED, y)
    return {"x": x, "y": y}


def written(scores: Scores, prompt: Array, length: int, is_fed: bool = True) -> tuple[Array, float]:
    """The best words after a prompt, and by how much the closest decision was made."""
    text, said, margin = prompt, [], np.inf
    for _ in range(length):
        last = scores(text)[:, -1]
        ranked = np.sort(last, axis=1)
        margin = min(margin, float((ranked[:, -1] - ranked[:, -2]).min()))
        said.append(last.argmax(axis=1))
        text = np.concatenate([text, said[-1][:, np.newaxis]], axis=1) if is_fed else text
    return np.stack(said, axis=1), margin


def is_telling(scores: Scores, prompt: Array, length: int) -> bool:
    """Whether the words hang on the whole prompt and on what was written, and none is chosen by a hair."""
    words, margin = written(scores, prompt, length)
    others = (written(scores, prompt, length, is_fed=False)[0], written(scores, prompt[:, -1:], length)[0])
    return margin > MARGIN and all(not np.array_equal(words, other) for other in others)


def building(name: str, settings: Callable[[Case], Mapping[str, object]], names: Named) -> Made:
    """How a network of the class ``name`` is made for a case, and filled with its parameters if it has any."""

    def built(subject: Subject, case: Case) -> tuple[Any, dict[str, Any]]:
        given = {**settings(case), "dtype": np.dtype(case.dtype).type}
        if is_initial(case):
            given["weight_scale"] = case.options["weight_scale"]
        net = new(subject, name, **given)
        held = held_by(subject, name, net, names(case))
        if not is_initial(case):
            fill(subject, name, held, {each: case[each] for each in names(case)})
        return net, held

    return built


def asking_loss(name: str, built: Made, names: Named, starts: Named) -> Exercise:
    """The scores, the loss and every gradient; of a network that is only made, what it starts with."""
    function = Function(f"{name}.loss", ("x", "y"), ("loss", "grads"))

    def ask(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        net, held = built(subject, case)
        if is_initial(case):
            yield from made(subject, name, held, starts(case), case.dtype)
            return
        scores = subject.attempt(function.name, lambda: net.loss(case["x"]), x=case["x"])
        subject.script.append('got["scores"] = net.loss(x)')
        yield "scores", scores
        yield from loss_of(subject, function, net, names(case), is_asked_again(case), x=case["x"], y=case["y"])

    return ask


def asking_sample(name: str, built: Made) -> Exercise:
    """What is written after a prompt."""

    def ask(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        net, _ = built(subject, case)
        length = int(str(case.options["length"]))
        for _ in range(2 if is_asked_again(case) else 1):
            value = subject.attempt(f"{name}.sample", lambda: net.sample(case["prompt"], length), prompt=case["prompt"])
            subject.script.append(f'got["sampled"] = net.sample(prompt, {length})')
        yield "sampled", whole_numbers(value, case.dtype)

    return ask


def initial(draw: Callable[[np.random.Generator], Drawn]) -> Scenario:
    """Cases in which a network is only made, with a deviation of its weights that is asked for."""

    def drawn(rng: np.random.Generator, _size: int, _dialect: object) -> Drawn:
        inputs, options = draw(rng)
        return Drawn(inputs, {**options, "weight_scale": SCALES[int(rng.integers(len(SCALES)))]})

    return Scenario("initial", drawn, check=CHECK, smooth=False, repeatable=False)


def options_of(case: Case) -> dict[str, object]:
    """What the twin is told: the options of a case, and the convention that it hangs on."""
    return {**case.scalar_options(), **({"gelu": case.dialect.gelu} if "heads" in case.options else {})}


def loss_row(
    stem: str, cls: str, settings: tuple[str, ...], names: Named, most: tuple[str, ...], **fields: Any
) -> Contract:
    """The row of a model's loss; ``names`` are those of a case's parameters, ``most`` all that there may be."""

    def answer(case: Case) -> Observations:
        gradients = {f"d{each}": each for each in names(case)}
        returns = ("scores", "loss")
        return twin(stem, "loss", returns=returns, wrt=gradients, objective="loss", options=options_of)(case)

    return Contract(
        functions=(Function(cls, settings, ("net",)), Function(f"{cls}.loss", ("x", "y"), ("loss", "grads"))),
        reference=unless(is_initial, answer),
        observes={"scores": "forward", "loss": "forward", **{f"d{each}": "gradient" for each in most}},
        gradients={f"d{each}": each for each in most},
        objective="loss",
        upstream=scalar_loss,
        marks=((f"{cls}.loss",),),
        also=tuple(dict.fromkeys(each.rstrip("0123456789") for each in most)),
        transplants=True,
        **fields,
    )


def sample_row(stem: str, cls: str, settings: tuple[str, ...], **fields: Any) -> Contract:
    """The row of what a model writes."""
    return Contract(
        functions=(
            Function(cls, settings, ("net",)),
            Function(f"{cls}.sample", ("prompt", "length"), ("sampled",)),
        ),
        reference=twin(stem, "sample", returns=("sampled",), wrt={}, options=options_of),
        observes={"sampled": "forward"},
        objective="sampled",
        marks=((f"{cls}.sample",),),
        transplants=True,
        **fields,
    )
