"""A transformer that says which word comes next: its loss with its gradients, and what it writes."""

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import Array, Drawn, Scenario, choose, length, normal, until
from gradproof.conformance.spec.contract import Case, Dialect, Finding, Observations
from gradproof.conformance.spec.contracts.dropout import level_of
from gradproof.conformance.spec.contracts.networks import language
from gradproof.conformance.spec.contracts.networks.initial import is_initial
from gradproof.conformance.spec.contracts.networks.named import Start, strange_starts

CLASS = "TransformerLM"
SETTINGS = ("vocab_size", "width", "heads", "layers", "weight_scale", "dtype")
OF_A_BLOCK = (
    *("gamma_a", "beta_a", "Wq", "Wk", "Wv", "Wo", "bq", "bk", "bv", "bo"),
    *("gamma_f", "beta_f", "W_in", "b_in", "W_out", "b_out"),
)
DEEPEST = 2
WIDER = 4
EPS = 1e-5
GRID = 256
WIDEST = (6, 3)  # the width, and the heads
HEADS = ((4, 2), (4, 1), WIDEST, (4, 2))


def names(layers: int) -> tuple[str, ...]:
    """Of the parameters."""
    of_blocks = (f"{name}{i}" for i in range(1, layers + 1) for name in OF_A_BLOCK)
    return ("W_embed", *of_blocks, "gamma", "beta", "W_vocab", "b_vocab")


def shapes(words: int, width: int, layers: int) -> dict[str, tuple[int, ...]]:
    """Of the parameters."""
    special: dict[str, tuple[int, ...]] = {
        "W_in": (width, WIDER * width),
        "b_in": (WIDER * width,),
        "W_out": (WIDER * width, width),
        "W_embed": (words, width),
        "W_vocab": (width, words),
        "b_vocab": (words,),
    }
    kinds = {name: name.rstrip("0123456789") for name in names(layers)}
    return {
        name: special.get(kind, (width, width) if kind.startswith("W") else (width,)) for name, kind in kinds.items()
    }


def parameters(rng: np.random.Generator, words: int, width: int, layers: int, scale: float) -> dict[str, Array]:
    """Every parameter, of a few binary digits, so that many are recorded in little room; scales stay clear of 0."""
    drawn = {name: normal(rng, *shape) for name, shape in shapes(words, width, layers).items()}
    scaled = {
        name: 1 + 0.3 * np.tanh(value) if name.startswith("gamma") else value * (scale if value.ndim > 1 else 0.3)
        for name, value in drawn.items()
    }
    return {name: np.round(value * GRID) / GRID for name, value in scaled.items()}


def draw_loss(samples: int | None, is_masked: bool, rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """A text of a few words, and what comes next; one block as a rule, sometimes two."""
    words, steps = length(rng, 7, 3), length(rng, min(size, 4), 2)
    width, heads = WIDEST if size % 6 == 5 else (4, 1 + size % 2)
    layers = DEEPEST if size % 6 == 1 else 1
    given = language.texts(rng, samples or length(rng, min(size, 3)), steps, words, is_masked)
    return Drawn({**given, **parameters(rng, words, width, layers, 0.5)}, {"heads": heads, "layers": layers})


def draw_sample(samples: int | None, rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """A prompt, and a model whose words hang on all of it."""

    def propose() -> Drawn:
        words, (width, heads), layers = length(rng, 9, 5), choose(rng, HEADS), int(rng.integers(1, 4))
        prompt = rng.integers(words, size=(samples or length(rng, 4, 2), length(rng, 4, 2)))
        options = {"heads": heads, "layers": layers, "length": 2 + size % 3}
        return Drawn({"prompt": prompt, **parameters(rng, words, width, layers, 1.0)}, options)

    def accept(drawn: Drawn) -> bool:
        heads, layers, steps = (int(str(drawn.options[name])) for name in ("heads", "layers", "length"))
        return language.is_telling(partial(scores_of, drawn.inputs, heads, layers), drawn.inputs["prompt"], steps)

    return until(propose, accept)


def scores_of(p: Mapping[str, Array], heads: int, layers: int, text: Array) -> Array:
    """The scores of every next word."""
    steps, width = text.shape[1], p["W_embed"].shape[1]
    angles = np.outer(np.arange(steps), 10_000.0 ** (-np.arange(0, width, 2) / width))
    h = p["W_embed"][text] + np.stack((np.sin(angles), np.cos(angles)), axis=-1).reshape(steps, width)
    later = np.triu(np.full((steps, steps), -np.inf), 1)
    for i in range(1, layers + 1):
        own = {name: p[f"{name}{i}"] for name in OF_A_BLOCK}
        normed = _normed(h, own["gamma_a"], own["beta_a"])
        q, k, v = (
            (normed @ own[f"W{name}"] + own[f"b{name}"]).reshape(len(text), steps, heads, -1).swapaxes(1, 2)
            for name in "qkv"
        )
        powers = np.exp(q @ k.swapaxes(2, 3) / (width / heads) ** 0.5 + later)
        seen = (powers / powers.sum(axis=3, keepdims=True) @ v).swapaxes(1, 2).reshape(h.shape)
        h = h + seen @ own["Wo"] + own["bo"]
        inner = _normed(h, own["gamma_f"], own["beta_f"]) @ own["W_in"] + own["b_in"]
        active = 0.5 * inner * (1 + np.tanh((2 / np.pi) ** 0.5 * (inner + 0.044715 * inner**3)))
        h = h + active @ own["W_out"] + own["b_out"]
    return np.asarray(_normed(h, p["gamma"], p["beta"]) @ p["W_vocab"] + p["b_vocab"])


def _normed(h: Array, gamma: Array, beta: Array) -> Array:
    centred = h - h.mean(axis=-1, keepdims=True)
    return np.asarray(gamma * centred / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + EPS) + beta)


def draw_initial(rng: np.random.Generator) -> Drawn:
    """The sizes of a model that is only made."""
    words, heads = int(rng.integers(30, 41)), int(rng.integers(2, 4))
    width = 2 * heads * int(rng.integers(5, 8))
    return Drawn({"sizes": np.array([words, width])}, {"heads": heads, "layers": int(rng.integers(1, 1 + DEEPEST))})


def settings(case: Case) -> dict[str, object]:
    """What the constructor is given."""
    words, width = case["sizes"].tolist() if is_initial(case) else case["W_embed"].shape
    return {"vocab_size": words, "width": width, **{name: case.options[name] for name in ("heads", "layers")}}


def starts(case: Case) -> dict[str, Start]:
    """Weights are random, scales 1, biases and shifts 0."""
    words, width = case["sizes"].tolist()
    scale = (float(str(case.options["weight_scale"])),)
    return {
        name: Start(shape, deviations=scale)
        if name.startswith("W")
        else Start(shape, value=float(name.startswith("gamma")))
        for name, shape in shapes(words, width, int(str(case.options["layers"]))).items()
    }


def start_as_they_should(case: Case, observed: Observations) -> Iterator[Finding]:
    """Weights are random around 0 with the deviation asked for, scales are 1, biases and shifts 0."""
    return strange_starts(starts(case), level_of(case.index), observed) if is_initial(case) else iter(())


def names_of(case: Case) -> tuple[str, ...]:
    """Of a case's parameters."""
    return names(int(str(case.options["layers"])))


BUILT = language.building(CLASS, settings, names_of)
BELOW = (
    *("word_embedding", "positional_encoding", "multi_head_attention", "layernorm", "layernorm_sequences"),
    *("gelu", "temporal_affine", "temporal_softmax_loss"),
)
CONTRACTS = (
    language.loss_row(
        "transformer_lm",
        CLASS,
        SETTINGS,
        names_of,
        names(DEEPEST),
        name="transformer_lm",
        scenarios=(
            Scenario("ordinary", partial(draw_loss, None, False), share=3),
            Scenario("masked", partial(draw_loss, None, True), hint=language.MASKED_HINT),
            Scenario("one", partial(draw_loss, 1, False), hint=language.ONE_HINT),
            language.initial(draw_initial),
        ),
        exercise=language.asking_loss(CLASS, BUILT, names_of, starts),
        properties=start_as_they_should,
        vanishes=tuple(f"dbk{i}" for i in range(1, DEEPEST + 1)),
        builds_on=BELOW,
        dialects=("gelu",),
    ),
    language.sample_row(
        "transformer_lm",
        CLASS,
        SETTINGS,
        name="transformer_sampling",
        scenarios=(
            Scenario("ordinary", partial(draw_sample, None), share=3),
            Scenario("one", partial(draw_sample, 1), hint=language.ONE_HINT),
        ),
        exercise=language.asking_sample(CLASS, BUILT),
        builds_on=BELOW,
        dialects=("gelu",),
    ),
)
