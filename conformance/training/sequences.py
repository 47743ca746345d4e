"""Sequences to train on, made on the spot or read from text, and what a trained model says of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.cases import Array, generator
from gradproof.conformance.spec.words.said import SENTENCES, joined, say
from gradproof.impl.char_rnn import UNCOUNTED
from gradproof.impl.datasets import load_mnist1d

DOCS = Path(__file__).resolve().parents[2] / "docs"
LETTERS, END = tuple("abcdefghij"), "|"
SAMPLES = {"train": 2000, "val": 200, "test": 200}
BINS = 16
PROMPT, WRITTEN = 16, 160  # characters
SHARES = (0.8, 0.9)  # where the validation and the test set of a text begin
KINDS = ("text", "copy", "reverse", "mnist1d")


@dataclass(frozen=True, eq=False)
class Sequences:
    """A training, a validation and a test set: what is read, X (N, T), and what is asked, y (N, T), -1 for nothing."""

    name: str
    words: tuple[str, ...]
    X_train: Array
    y_train: Array
    X_val: Array
    y_val: Array
    X_test: Array
    y_test: Array


def names_sequences(spec: str) -> bool:
    """Whether a data set is one of sequences."""
    return spec in KINDS or spec.startswith("text:")


@lru_cache(maxsize=1)
def sequences(spec: str, length: int) -> Sequences:
    """The data set that is named, of sequences as long as that; those of mnist1d have a length of their own.

    Raises:
        UsageError: if it cannot be read, or is too short.
    """
    kind, _, path = spec.partition(":")
    if kind == "text":
        return of_text(_text(Path(path) if path else DOCS, spec), length, spec)
    if kind == "mnist1d":
        return of_signals()
    return of_letters(kind, length, (lambda x: x) if kind == "copy" else (lambda x: x[:, ::-1]))


def of_text(text: str, length: int, spec: str = "text") -> Sequences:
    """The characters of a text in pieces; what is asked is always the next one. The end of the text is the test set."""
    words = tuple(sorted(set(text)))
    numbers = {word: i for i, word in enumerate(words)}
    codes = np.array([numbers[each] for each in text])
    count = (len(codes) - 1) // length
    if count < len(SHARES) * 10:
        raise UsageError(
            say(
                "--data {spec}: {count} characters are too few for pieces of {length}; give a smaller --length",
                spec=spec,
                count=len(codes),
                length=length,
            )
        )
    x, y = (codes[start : start + count * length].reshape(count, length) for start in (0, 1))
    parts = [int(count * share) for share in SHARES]
    return _split("text", words, zip(np.split(x, parts), np.split(y, parts), strict=True))


def of_letters(name: str, length: int, order: Callable[[Array], Array]) -> Sequences:
    """Letters, a bar, and then the same letters in an order: the first half is read, the second is asked."""
    half = length // 2
    sets = []
    for part, count in SAMPLES.items():
        letters = generator("sequences", name, part, half).integers(len(LETTERS), size=(count, half))
        said = order(letters)
        bar, nothing = np.full((count, 1), len(LETTERS)), np.full((count, half), UNCOUNTED)
        sets.append((np.hstack([letters, bar, said[:, :-1]]), np.hstack([nothing, said])))
    return _split(name, (*LETTERS, END), sets)


def of_signals() -> Sequences:
    """MNIST-1D, its values in sixteen bins with as many in each; after the last one the class is asked."""
    try:
        data = load_mnist1d()
    except ImportError as error:
        raise UsageError(say("--data mnist1d: {names}", names=" ".join(str(error).split()))) from None
    edges = np.quantile(data.X_train, np.arange(1, BINS) / BINS)
    sets = []
    for x, labels in ((data.X_train, data.y_train), (data.X_val, data.y_val), (data.X_test, data.y_test)):
        y = np.full(x.shape, UNCOUNTED)
        y[:, -1] = BINS + labels
        sets.append((np.searchsorted(edges, x), y))
    words = (*(f"{i:x}" for i in range(BINS)), *(f"({label})" for label in range(data.num_classes)))
    return _split("mnist1d", words, sets)


def said(model: Any, data: Sequences, seed: int) -> str:
    """What a trained model says: a text that goes on, or what it makes of the first of the test set."""
    if data.name != "text":
        start = int(np.argmax(data.y_test[0] >= 0)) + 1
        asked = data.y_test[0, start - 1 :]
        written = model.sample(data.X_test[:1, :start], len(asked))[0]
        read, right = (_joined(data, each) for each in (data.X_test[0, :start], asked))
        return f"{read} -> {_joined(data, written)}, right: {right}"
    rng, text = generator("said", seed), data.X_test[:1, :PROMPT]

    def drawn(scores: Array) -> Array:
        noise = rng.gumbel(size=scores.shape)  # the best of scores with it is drawn as the softmax says
        return np.asarray((scores + noise).argmax(axis=1))

    for _ in range(WRITTEN):
        text = np.hstack([text, model.sample(text[:, -data.X_train.shape[1] :], 1, drawn)])
    return f"{_joined(data, text[0, :PROMPT])}|{_joined(data, text[0, PROMPT:])}"


def _joined(data: Sequences, words: Array) -> str:
    return "".join(data.words[word] for word in words)


def _split(name: str, words: tuple[str, ...], sets: Any) -> Sequences:
    arrays: dict[str, Array] = {}
    for part, (x, y) in zip(SAMPLES, sets, strict=True):
        arrays |= {f"X_{part}": x, f"y_{part}": y}
    return Sequences(name, words, **arrays)


def _text(path: Path, spec: str) -> str:
    """Of a file, or of the pages of a folder, one after the other."""
    files = sorted(path.glob("*.md")) if path.is_dir() else [path]
    try:
        text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    except OSError as error:
        own = say("a file of your own is named by text:PATH") if path == DOCS else ""
        told = say("--data {spec}: {path} cannot be read: {reason}", spec=spec, path=path, reason=error.strerror)
        raise UsageError(joined(SENTENCES, (told, own))) from None
    except UnicodeDecodeError:
        raise UsageError(say("--data {spec}: {path} is no text in UTF-8", spec=spec, path=path)) from None
    if not files:
        raise UsageError(say("--data {spec}: {path} has no page *.md; name a file: text:PATH", spec=spec, path=path))
    return text
