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
    Function,
    Kind,
    Subject,
    scalar_loss,
    twin,
)
from gradproof.conformance.spec.values import as_array, described

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


def built(subject: Subject, case: Case) -> Any:
    """A network for the shapes of a case, that holds its parameters."""
    cls = subject.offered(CLASS)
    names = ("<NULL>", "<START>", "<END>", *(f"word{i}" for i in range(3, len(case["W_embed"]))))
    sizes = {"input_dim": len(case["W_proj"]), "wordvec_dim": len(case["Wx"]), "hidden_dim": len(case["Wh"])}
    words = {name: i for i, name in enumerate(names)}
    given = {**sizes, "cell_type": case.options["cell_type"], "dtype": np.dtype(case.dtype).type}
    net = subject.attempt(CLASS, lambda: cls(words, **given))
    told = ", ".join(f"{name}={value!r}" for name, value in given.items() if name != "dtype")
    subject.script.append(f"net = {CLASS}({words!r}, {told}, dtype=np.{case.dtype})")
    held = getattr(net, "params", None)
    if not isinstance(held, dict):
        subject.end(Kind.RETURNS_AS, CLASS, got=described(held), observation="params", expected="dictionary")
    if lacking := [name for name in PARAMETERS if name not in held]:
        kind = Kind.PARAMETERS if held else Kind.UNFILLED
        subject.end(kind, CLASS, got=tuple(map(str, held)), expected=tuple(lacking))
    for name in PARAMETERS:
        if np.shape(held[name]) != case[name].shape:
            told_of = {"observation": f"params[{name!r}]", "got": np.shape(held[name]), "expected": case[name].shape}
            subject.end(Kind.MADE_SHAPE, CLASS, **told_of)
        held[name] = case[name].copy()
        subject.script.append(f'net.params["{name}"] = {name}.copy()')
    return net


def ask_loss(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """The loss, and the gradient of every parameter."""
    net = built(subject, case)
    given = {"features": case["features"], "captions": case["captions"]}
    value = subject.attempt(LOSS.name, lambda: net.loss(case["features"], case["captions"]), **given)
    subject.script.append("loss, grads = net.loss(features, captions)")
    if not isinstance(value, tuple | list) or len(value) != len(LOSS.returns):
        subject.end(Kind.RETURNS, LOSS.name, got=described(value), count=2, expected=LOSS.returns)
    loss, grads = value
    subject.script.append('got["loss"] = loss')
    yield "loss", loss
    if not isinstance(grads, dict):
        subject.end(Kind.RETURNS_AS, LOSS.name, got=described(grads), observation="grads", expected="dictionary")
    for name in PARAMETERS:
        if name not in grads:
            subject.end(Kind.LACKS_GRADIENT, LOSS.name, observation=name, near="")
        subject.script.append(f'got["d{name}"] = grads["{name}"]')
        yield f"d{name}", grads[name]


def ask_sample(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """The captions, whatever type of whole numbers they have."""
    net = built(subject, case)
    steps = int(str(case.options["max_length"]))
    value = subject.attempt(
        SAMPLE.name, lambda: net.sample(case["features"], max_length=steps), features=case["features"]
    )
    subject.script += [f"sampled = net.sample(features, max_length={steps})", 'got["sampled"] = sampled']
    array = as_array(value) if isinstance(value, np.ndarray) else None
    yield "sampled", value if array is None or array.dtype.kind == "f" else array.astype(case.dtype)


def row(name: str, cell: str, ask: Exercise, asked: Function, draw: Callable[..., Drawn], **fields: Any) -> Contract:
    """A contract of the class."""
    below = ("affine", "word_embedding", "temporal_affine", "temporal_softmax_loss", f"{cell}_step", cell)
    return Contract(
        name=name,
        functions=(MADE, asked),
        scenarios=(
            Scenario("ordinary", partial(draw, cell, None), share=3),
            Scenario("one", partial(draw, cell, 1), hint=ONE_HINT),
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
            reference=twin("captioning", "loss", returns=("loss",), wrt=wrt, objective="loss"),
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
