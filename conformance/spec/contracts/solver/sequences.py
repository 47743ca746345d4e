"""Trainings of the networks that read sequences: a dozen steps beside torch's, from the same start.

As in ``training.py`` the yardstick is carried through the steps. Few parameters are looked at after the last one: what
goes wrong in any of them is in the losses that follow.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array, Drawn, length, normal
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Function,
    Observations,
    Subject,
)
from gradproof.conformance.spec.contracts import captioning, char_rnn, optim, transformer_lm
from gradproof.conformance.spec.contracts.networks.language import texts
from gradproof.conformance.spec.contracts.networks.named import gradients_of
from gradproof.conformance.spec.contracts.solver.training import TRAINING, rules, trained

STEPS, BATCHES = 12, 2
RATE = 0.1
RULE = "sgd_momentum"


@dataclass(frozen=True)
class Learner:
    """A network that reads sequences, in a training.

    Args:
        losses: the rows of its loss, one for each cell that it may have.
        built: makes it and fills it with a case's parameters.
        names: of a case's parameters.
        batch: what its loss takes, by name.
        draw: (rng) -> parameters and options.
        draw_batch: (rng, parameters) -> the arrays of a batch.
        last: the parameters that are looked at in the end.
    """

    losses: tuple[Contract, ...]
    built: Callable[[Subject, Case], tuple[Any, dict[str, Any]]]
    names: Callable[[Case], tuple[str, ...]]
    batch: tuple[str, str]
    draw: Callable[[np.random.Generator], Drawn]
    draw_batch: Callable[[np.random.Generator, dict[str, Array]], dict[str, Array]]
    last: tuple[str, ...]

    @property
    def contract(self) -> Contract:
        """What all rows of its loss have alike."""
        return self.losses[0]

    def draw_training(self, rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
        """A network and its batches, which come again and again."""
        parameters, options = self.draw(rng)
        inputs = dict(parameters)
        for number in range(1, BATCHES + 1):
            drawn = self.draw_batch(rng, parameters)
            inputs |= {f"{name}_{number}": drawn[name] for name in self.batch}
        return Drawn(inputs, options)

    def train(self, subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        """The network's loss and gradients, then the submission's rule for every parameter, again and again."""
        net, held = self.built(subject, case)
        names, asked = self.names(case), self.contract.functions[1]
        configs: dict[str, object] = {name: {"learning_rate": RATE} for name in names}
        subject.script.append(f'configs = {{key: {{"learning_rate": {RATE}}} for key in net.params}}')
        losses: list[object] = []
        subject.script.append("losses = []")
        for step in range(1, STEPS + 1):
            given = {name: case[f"{name}_{1 + (step - 1) % BATCHES}"] for name in self.batch}
            loss, grads = gradients_of(subject, asked, net, names, given, suffix=f"_{1 + (step - 1) % BATCHES}")
            subject.script += [
                "losses.append(loss)",
                "for key in net.params:",
                f"    net.params[key], configs[key] = {RULE}(net.params[key], grads[key], configs[key])",
            ]
            losses.append(loss)
            for name in names:
                held[name], configs[name] = subject.call(RULE, held[name], grads[name], configs[name])
        subject.script.append('got["losses"] = losses')
        yield "losses", subject.attempt(asked.name, lambda: np.array(losses, case.dtype))
        for name in self.last:
            subject.script.append(f'got["last_{name}"] = net.params["{name}"]')
            yield f"last_{name}", held[name]

    def answers(self, case: Case) -> Observations:
        """The same training by torch."""
        told: Observations = import_module("gradproof.reference.solver").sequence_trajectory(
            self.contract.functions[0].name,
            {name: case[name] for name in self.names(case)},
            [tuple(case[f"{name}_{number}"] for name in self.batch) for number in range(1, BATCHES + 1)],
            STEPS,
            RULE,
            {**optim.DEFAULTS[RULE], "learning_rate": RATE},
            self.last,
            case.scalar_options(),
        )
        return told

    def row(self, name: str) -> Contract:
        """The contract."""
        functions: tuple[Function, ...] = (*self.contract.functions, *rules(RULE))
        below = (name for each in self.losses for name in each.builds_on)
        return Contract(
            name=name,
            functions=functions,
            borrowed=tuple(function.name for function in functions),
            scenarios=(trained(self.draw_training),),
            exercise=self.train,
            reference=self.answers,
            observes=dict.fromkeys(("losses", *(f"last_{each}" for each in self.last)), TRAINING),
            builds_on=tuple(dict.fromkeys((*below, RULE, *(each.name for each in self.losses)))),
            marks=self.contract.marks,
            transplants=True,
        )


def draw_captioner(rng: np.random.Generator) -> Drawn:
    """Either cell."""
    cell = str(rng.choice(("rnn", "lstm")))
    return Drawn(captioning.parameters(rng, length(rng, 3), 5, cell, 0.7), {"cell_type": cell})


def captions(rng: np.random.Generator, parameters: dict[str, Array]) -> dict[str, Array]:
    """Of two pictures, the second one's shorter."""
    words = rng.integers(captioning.NULL + 1, len(parameters["W_embed"]), (2, 4))
    words[:, 0] = captioning.START
    words[1, 3] = captioning.NULL
    return {"features": normal(rng, 2, len(parameters["W_proj"])), "captions": words}


def draw_reader(rng: np.random.Generator) -> Drawn:
    """Either cell."""
    cell = str(rng.choice(("rnn", "lstm")))
    return Drawn(char_rnn.parameters(rng, cell, 4, 0.7), {"cell_type": cell})


def draw_decoder(rng: np.random.Generator) -> Drawn:
    """One block."""
    return Drawn(transformer_lm.parameters(rng, 4, 4, 1, 0.5), {"heads": 2, "layers": 1})


def losses_of(rows: tuple[Contract, ...]) -> tuple[Contract, ...]:
    """Those of a class's rows that ask for what the first one asks for, whatever the cell."""
    return tuple(each for each in rows if each.functions == rows[0].functions)


def text(table: str, rng: np.random.Generator, parameters: dict[str, Array]) -> dict[str, Array]:
    """Of two samples, asked everywhere."""
    return texts(rng, 2, 3, len(parameters[table]), is_masked=False)


CONTRACTS = (
    Learner(
        losses_of(captioning.CONTRACTS),
        captioning.built,
        lambda _case: captioning.PARAMETERS,
        ("features", "captions"),
        draw_captioner,
        captions,
        ("W_proj", "W_vocab"),
    ).row("captioning_training"),
    Learner(
        losses_of(char_rnn.CONTRACTS),
        char_rnn.BUILT,
        lambda _case: char_rnn.PARAMETERS,
        ("x", "y"),
        draw_reader,
        partial(text, "Wx"),
        ("Wx", "W_vocab"),
    ).row("char_training"),
    Learner(
        losses_of(transformer_lm.CONTRACTS),
        transformer_lm.BUILT,
        transformer_lm.names_of,
        ("x", "y"),
        draw_decoder,
        partial(text, "W_embed"),
        ("W_embed", "W_vocab"),
    ).row("transformer_training"),
)
