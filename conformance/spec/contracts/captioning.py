"""Networks that write captions: the loss with its gradients, and greedy sampling, with either cell."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array, Drawn, Scalar, Scenario, length, normal, until
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Exercise,
    Finding,
    Function,
    Observations,
    Subject,
    scalar_loss,
    twin,
)
from gradproof.conformance.spec.contracts.dropout import level_of
from gradproof.conformance.spec.contracts.networks.initial import CHECK, is_initial
from gradproof.conformance.spec.contracts.networks.named import (
    Start,
    fill,
    held_by,
    is_asked_again,
    loss_of,
    made,
    new,
    strange_starts,
    unless,
    usual_deviations,
    whole_numbers,
)

CLASS = "CaptioningRNN"
SIZES = ("word_to_idx", "input_dim", "wordvec_dim", "hidden_dim", "cell_type", "dtype")
PARAMETERS = ("W_proj", "b_proj", "W_embed", "Wx", "Wh", "b", "W_vocab", "b_vocab")
MADE = Function(CLASS, SIZES, ("net",))
LOSS = Function(f"{CLASS}.loss", ("features", "captions"), ("loss", "grads"))
SAMPLE = Function(f"{CLASS}.sample", ("features", "max_length"), ("captions",))
GATES = {"rnn": 1, "lstm": 4}
NULL, START, END = range(3)
NEVER = -20.0  # what the scores of <NULL> and <END> get: no caption of a case ends
MARGIN = 0.05  # between the best word and the next, so that rounding chooses none
STEPS = 5
LONGEST = 4
ONE_HINT = "one sample: its axis may not get lost"


def parameters(rng: np.random.Generator, features: int, words: int, cell: str, scale: float) -> dict[str, Array]:
    """Every parameter, word vectors and states of a few numbers."""
    wordvec, hidden = (length(rng, LONGEST, 2) for _ in range(2))
    width = GATES[cell] * hidden
    return {
        "W_proj": scale * normal(rng, features, hidden),
        "b_proj": normal(rng, hidden),
        "W_embed": scale * normal(rng, words, wordvec),
        "Wx": scale * normal(rng, wordvec, width),
        "Wh": scale * normal(rng, hidden, width),
        "b": normal(rng, width),
        "W_vocab": scale * normal(rng, hidden, words),
        "b_vocab": normal(rng, words),
    }


def draw_loss(cell: str, samples: int | None, rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Captions that begin with <START>; the later ones are shorter and filled up."""
    n, features = samples or length(rng, min(size, LONGEST)), length(rng, LONGEST)
    words, steps = length(rng, 8, 5), length(rng, min(size, STEPS), 2)
    captions = rng.integers(NULL + 1, words, (n, steps + 1))
    captions[:, 0] = START
    for row in range(1, n):
        captions[row, max(2, steps + 1 - row) :] = NULL
    given = {"features": normal(rng, n, features), "captions": captions}
    return Drawn({**given, **parameters(rng, features, words, cell, 0.7)}, {"cell_type": cell})


def draw_sample(cell: str, samples: int | None, rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Captions that hang on what was said before and on the state, no word of them a close decision."""

    def propose() -> Drawn:
        n, features, words = samples or length(rng, LONGEST, 2), length(rng, LONGEST), length(rng, 9, 7)
        given = parameters(rng, features, words, cell, 1.5)
        given["b_vocab"][[NULL, END]] += NEVER
        options: dict[str, Scalar] = {"cell_type": cell, "max_length": 3 + size % 3}
        return Drawn({"features": normal(rng, n, features), **given}, options)

    return until(propose, is_telling)


def is_telling(drawn: Drawn) -> bool:
    """Whether the words of a caption hang on the word before and on the state, and none is chosen by a hair."""
    words, margin = written(drawn)
    others = [written(drawn, is_fed=False)[0], written(drawn, is_carried=False)[0]]
    if drawn.options["cell_type"] == "lstm":
        others.append(written(drawn, keeps_cell=False)[0])
    return margin > MARGIN and all(not np.array_equal(words, other) for other in others)


def written(drawn: Drawn, is_fed: bool = True, is_carried: bool = True, keeps_cell: bool = True) -> tuple[Array, float]:
    """The best words, and by how much the closest decision was made."""
    p, options = drawn.inputs, drawn.options
    start = h = p["features"] @ p["W_proj"] + p["b_proj"]
    c, words, captions, margin = np.zeros_like(h), np.full(len(h), START), [], np.inf
    for _ in range(int(str(options["max_length"]))):
        a = p["W_embed"][words] @ p["Wx"] + h @ p["Wh"] + p["b"]
        if options["cell_type"] == "lstm":
            *gates, g = np.split(a, 4, axis=1)
            i, f, o = (0.5 + 0.5 * np.tanh(gate / 2) for gate in gates)
            c = f * c * keeps_cell + i * np.tanh(g)
            new = o * np.tanh(c)
        else:
            new = np.tanh(a)
        scores = new @ p["W_vocab"] + p["b_vocab"]
        best = np.sort(scores, axis=1)
        margin = min(margin, float((best[:, -1] - best[:, -2]).min()))
        captions.append(scores.argmax(axis=1))
        words = captions[-1] if is_fed else words
        h = new if is_carried else start
    return np.stack(captions, axis=1), margin


def draw_initial(cell: str, rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
    """The sizes of a network that is only made."""
    features, words, wordvec, hidden = rng.integers((40, 30, 50, 20), (51, 41, 61, 31))
    return Drawn({"sizes": np.array([features, words, wordvec, hidden])}, {"cell_type": cell})


def starts(case: Case) -> dict[str, Start]:
    """What parameters start at. The words' vectors may be as small as one likes; so may an LSTM's biases be other."""
    features, words, wordvec, hidden = case["sizes"].tolist()
    width = GATES[str(case.options["cell_type"])] * hidden
    drawn = {
        "W_proj": (features, hidden),
        "Wx": (wordvec, width),
        "Wh": (hidden, width),
        "W_vocab": (hidden, words),
    }
    return {
        **{name: Start(shape, deviations=usual_deviations(*shape)) for name, shape in drawn.items()},
        "W_embed": Start((words, wordvec)),
        "b_proj": Start((hidden,), value=0.0),
        "b_vocab": Start((words,), value=0.0),
    }


def start_as_they_should(case: Case, observed: Observations) -> Iterator[Finding]:
    """Weights are random around 0 with a deviation that keeps signals as large as they are, biases are 0."""
    return strange_starts(starts(case), level_of(case.index), observed) if is_initial(case) else iter(())


def sizes_of(case: Case) -> tuple[int, int, int, int]:
    """Features, words, the width of their vectors, hidden units."""
    if is_initial(case):
        features, words, wordvec, hidden = case["sizes"].tolist()
        return features, words, wordvec, hidden
    return len(case["W_proj"]), len(case["W_embed"]), len(case["Wx"]), len(case["Wh"])


def built(subject: Subject, case: Case) -> tuple[Any, dict[str, Any]]:
    """A network for the shapes of a case, and its parameters; those of the case, if it has any."""
    features, words, wordvec, hidden = sizes_of(case)
    names = ("<NULL>", "<START>", "<END>", *(f"word{i}" for i in range(3, words)))
    sizes = {"input_dim": features, "wordvec_dim": wordvec, "hidden_dim": hidden}
    settings = {"cell_type": case.options["cell_type"], "dtype": np.dtype(case.dtype).type}
    net = new(subject, CLASS, {name: i for i, name in enumerate(names)}, **sizes, **settings)
    held = held_by(subject, CLASS, net, PARAMETERS)
    if not is_initial(case):
        fill(subject, CLASS, held, {name: case[name] for name in PARAMETERS})
    return net, held


def ask_loss(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """The loss, and the gradient of every parameter; of a network that is only made, what it starts with."""
    net, held = built(subject, case)
    if is_initial(case):
        yield from made(subject, CLASS, held, starts(case), case.dtype)
        return
    again = is_asked_again(case)
    yield from loss_of(subject, LOSS, net, PARAMETERS, again, features=case["features"], captions=case["captions"])


def ask_sample(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """The captions, whatever type of whole numbers they have."""
    net, _ = built(subject, case)
    steps = int(str(case.options["max_length"]))
    for _ in range(2 if is_asked_again(case) else 1):
        value = subject.attempt(
            SAMPLE.name, lambda: net.sample(case["features"], max_length=steps), features=case["features"]
        )
        subject.script += [f"sampled = net.sample(features, max_length={steps})", 'got["sampled"] = sampled']
    yield "sampled", whole_numbers(value, case.dtype)


def row(
    name: str, cell: str, ask: Exercise, asked: Function, draw: Callable[..., Drawn], *others: Scenario, **fields: Any
) -> Contract:
    """A contract of the class."""
    below = ("affine", "word_embedding", "temporal_affine", "temporal_softmax_loss", f"{cell}_step", cell)
    return Contract(
        name=name,
        functions=(MADE, asked),
        scenarios=(
            Scenario("ordinary", partial(draw, cell, None), share=3),
            Scenario("one", partial(draw, cell, 1), hint=ONE_HINT),
            *others,
        ),
        exercise=ask,
        builds_on=below,
        marks=((asked.name,),),
        transplants=True,
        **fields,
    )


def rows(cell: str) -> tuple[Contract, Contract]:
    """Those of a cell."""
    wrt = {f"d{name}": name for name in PARAMETERS}
    return (
        row(
            f"captioning_{cell}",
            cell,
            ask_loss,
            LOSS,
            draw_loss,
            Scenario("initial", partial(draw_initial, cell), check=CHECK, smooth=False, repeatable=False),
            reference=unless(is_initial, twin("captioning", "loss", returns=("loss",), wrt=wrt, objective="loss")),
            properties=start_as_they_should,
            also=tuple(PARAMETERS),
            observes={"loss": "forward", **dict.fromkeys(wrt, "gradient")},
            gradients=wrt,
            objective="loss",
            upstream=scalar_loss,
        ),
        row(
            f"caption_sampling_{cell}",
            cell,
            ask_sample,
            SAMPLE,
            draw_sample,
            reference=twin("captioning", "sample", returns=("sampled",), wrt={}),
            observes={"sampled": "forward"},
            objective="sampled",
        ),
    )


CONTRACTS = (*rows("rnn"), *rows("lstm"))
