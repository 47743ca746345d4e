"""A language model of characters: its loss with its gradients, what it writes, with either cell."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import Array, Drawn, Scenario, length, normal, until
from gradproof.conformance.spec.contract import Case, Contract, Dialect, Finding, Observations
from gradproof.conformance.spec.contracts.dropout import level_of
from gradproof.conformance.spec.contracts.networks import language
from gradproof.conformance.spec.contracts.networks.initial import is_initial
from gradproof.conformance.spec.contracts.networks.named import Start, strange_starts

CLASS = "CharRNN"
SETTINGS = ("vocab_size", "hidden_dim", "cell_type", "weight_scale", "dtype")
PARAMETERS = ("Wx", "Wh", "b", "W_vocab", "b_vocab")
GATES = {"rnn": 1, "lstm": 4}
LONGEST = 4


def parameters(rng: np.random.Generator, cell: str, words: int, scale: float) -> dict[str, Array]:
    """Every parameter."""
    hidden = length(rng, LONGEST, 2)
    width = GATES[cell] * hidden
    return {
        "Wx": scale * normal(rng, words, width),
        "Wh": scale * normal(rng, hidden, width),
        "b": normal(rng, width),
        "W_vocab": scale * normal(rng, hidden, words),
        "b_vocab": normal(rng, words),
    }


def draw_loss(
    cell: str, samples: int | None, is_masked: bool, rng: np.random.Generator, size: int, _dialect: Dialect
) -> Drawn:
    """A text of a few characters, and what comes next."""
    words, steps = length(rng, 7, 3), length(rng, min(size, 5), 2)
    given = language.texts(rng, samples or length(rng, min(size, LONGEST)), steps, words, is_masked)
    return Drawn({**given, **parameters(rng, cell, words, 0.9)}, {"cell_type": cell})


def draw_sample(cell: str, samples: int | None, rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """A prompt, and a model whose characters hang on all of it."""

    def propose() -> Drawn:
        words = length(rng, 9, 5)
        prompt = rng.integers(words, size=(samples or length(rng, LONGEST, 2), length(rng, 4, 2)))
        given = {"prompt": prompt, **parameters(rng, cell, words, 1.5)}
        return Drawn(given, {"cell_type": cell, "length": 3 + size % 3})

    def accept(drawn: Drawn) -> bool:
        p = drawn.inputs
        scores = partial(scores_of, p, cell)
        if cell == "lstm":
            resetting = partial(scores_of, p, cell, keeps_cell=False)
            words, others = (language.written(each, p["prompt"], 4)[0] for each in (scores, resetting))
            if np.array_equal(words, others):
                return False
        return language.is_telling(scores, p["prompt"], int(str(drawn.options["length"])))

    return until(propose, accept)


def scores_of(p: dict[str, Array], cell: str, text: Array, keeps_cell: bool = True) -> Array:
    """The scores of every next character."""
    h = np.zeros((len(text), len(p["Wh"])))
    c, scores = h, []
    for read in text.T:
        a = p["Wx"][read] + h @ p["Wh"] + p["b"]
        if cell == "lstm":
            *gates, g = np.split(a, 4, axis=1)
            i, f, o = (0.5 + 0.5 * np.tanh(gate / 2) for gate in gates)
            c = f * c * keeps_cell + i * np.tanh(g)
            h = o * np.tanh(c)
        else:
            h = np.tanh(a)
        scores.append(h @ p["W_vocab"] + p["b_vocab"])
    return np.stack(scores, axis=1)


def draw_initial(cell: str, rng: np.random.Generator) -> Drawn:
    """The sizes of a model that is only made."""
    return Drawn({"sizes": rng.integers((30, 20), (41, 31))}, {"cell_type": cell})


def settings(case: Case) -> dict[str, object]:
    """What the constructor is given."""
    words, hidden = case["sizes"].tolist() if is_initial(case) else (len(case["Wx"]), len(case["Wh"]))
    return {"vocab_size": words, "hidden_dim": hidden, "cell_type": case.options["cell_type"]}


def starts(case: Case) -> dict[str, Start]:
    """What parameters start at. The biases of an LSTM may be other: its forget gate may begin open."""
    words, hidden = case["sizes"].tolist()
    known = {"b_vocab": words} | ({"b": hidden} if case.options["cell_type"] == "rnn" else {})
    width, scale = GATES[str(case.options["cell_type"])] * hidden, (float(str(case.options["weight_scale"])),)
    drawn = {"Wx": (words, width), "Wh": (hidden, width), "W_vocab": (hidden, words)}
    return {
        **{name: Start(shape, deviations=scale) for name, shape in drawn.items()},
        **{name: Start((size,), value=0.0) for name, size in known.items()},
    }


def start_as_they_should(case: Case, observed: Observations) -> Iterator[Finding]:
    """Weights are random around 0 with the deviation asked for, biases are 0."""
    return strange_starts(starts(case), level_of(case.index), observed) if is_initial(case) else iter(())


BUILT = language.building(CLASS, settings, lambda _case: PARAMETERS)


def rows(cell: str) -> tuple[Contract, Contract]:
    """Those of a cell."""
    below = ("temporal_affine", "temporal_softmax_loss", f"{cell}_step", cell)
    return (
        language.loss_row(
            "char_rnn",
            CLASS,
            SETTINGS,
            lambda _case: PARAMETERS,
            PARAMETERS,
            name=f"char_{cell}",
            scenarios=(
                Scenario("ordinary", partial(draw_loss, cell, None, False), share=3),
                Scenario("masked", partial(draw_loss, cell, None, True), hint=language.MASKED_HINT),
                Scenario("one", partial(draw_loss, cell, 1, False), hint=language.ONE_HINT),
                language.initial(partial(draw_initial, cell)),
            ),
            exercise=language.asking_loss(CLASS, BUILT, lambda _case: PARAMETERS, starts),
            properties=start_as_they_should,
            builds_on=below,
        ),
        language.sample_row(
            "char_rnn",
            CLASS,
            SETTINGS,
            name=f"char_sampling_{cell}",
            scenarios=(
                Scenario("ordinary", partial(draw_sample, cell, None), share=3),
                Scenario("one", partial(draw_sample, cell, 1), hint=language.ONE_HINT),
            ),
            exercise=language.asking_sample(CLASS, BUILT),
            builds_on=below,
        ),
    )


CONTRACTS = (*rows("rnn"), *rows("lstm"))
