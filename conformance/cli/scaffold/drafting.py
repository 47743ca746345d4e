"""A draft of an adapter: what the classes of a submission say of where they keep things, as a declaration of a style.

Everything is read, nothing is run. What the source does not say is not guessed: the class is listed, with the reason.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradproof.conformance.cli.scaffold import roles
from gradproof.conformance.cli.scaffold.declaring import Unwritten, told_of
from gradproof.conformance.diagnosis.search.operators import name_of
from gradproof.conformance.harness.source.objects import ObjectClass
from gradproof.conformance.reports.languages.speaking import t

OF_ROWS, OF_COLUMNS = "rows", "columns"
NAMES = re.compile(r"\w+")
PRODUCTS = ("dot", "matmul")


@dataclass(frozen=True)
class Drafted:
    """The layer of a contract."""

    contract: str
    name: str
    said: Mapping[str, str]  # what ``gp.layer`` is told
    batch: str = ""
    is_divided: bool = False  # whether it divides a gradient by something


@dataclass(frozen=True)
class Draft:
    """What could be drafted, and what could not: a class's name, and why."""

    layers: tuple[Drafted, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def reasons(self) -> dict[str, list[str]]:
        """Why classes could not be drafted, each with their names."""
        told: dict[str, list[str]] = {}
        for name, why in self.others:
            told.setdefault(why, []).append(name)
        return told

    @property
    def batch(self) -> str:
        """How the layers take a batch: as the affine layer does."""
        return next((each.batch for each in self.layers if each.batch), OF_ROWS)


def draft_of(classes: Iterable[ObjectClass]) -> Draft:
    """The declaration of a submission's classes; the first of each contract."""
    layers: dict[str, Drafted] = {}
    others: list[tuple[str, str]] = []
    for each in classes:
        contract = roles.layer_of(each.name)
        if contract is None:
            others.append((each.name, t("its name is not that of a layer that can be declared")))
        elif contract in layers:
            others.append((each.name, t("{name} comes before it", name=layers[contract].name)))
        else:
            try:
                layers[contract] = _drafted(each, contract)
            except Unwritten as reason:
                others.append((each.name, str(reason)))
    return Draft(tuple(_of_one_convention(layers)), tuple(others))


def _of_one_convention(layers: Mapping[str, Drafted]) -> Iterator[Drafted]:
    """The layers; where the affine layer divides by the batch what no loss has divided, they say so together."""
    affine = layers.get("affine")
    losses = [each for each in layers.values() if each.contract.endswith(roles.OF_LOSSES)]
    is_later = affine is not None and affine.is_divided and losses and not any(each.is_divided for each in losses)
    for each in layers.values():
        if is_later and each is affine:
            yield replace(each, said={**each.said, "means": "dw db"}, is_divided=False)
        elif is_later and each in losses:
            yield replace(each, said={**each.said, "per_sample": "dx"})
        else:
            yield each


def _drafted(each: ObjectClass, contract: str) -> Drafted:
    is_loss = contract.endswith(roles.OF_LOSSES)
    said = told_of(each, contract)
    gradients = [value for place, value in each.backward.left.items() if any(roles.is_gradient(place, r) for r in "wb")]
    made: Sequence[ast.AST] = [each.backward.node, *each.forward.left.values()] if is_loss else gradients
    return Drafted(
        contract, each.name, said, _batch(each) if contract == "affine" else "", is_divided=any(map(_divides, made))
    )


def _batch(each: ObjectClass) -> str:
    """Whether samples are rows or columns: what stands first in the product, the batch or the weights."""
    for left, _ in _products(each.forward.node):
        if any(roles.holds(part, "w") for part in NAMES.findall(ast.unparse(left).replace(".T", ""))[-1:]):
            return OF_COLUMNS
    return OF_ROWS


def _products(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    for each in ast.walk(node):
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.MatMult):
            yield each.left, each.right
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in PRODUCTS:
            factors = each.args if len(each.args) > 1 else [each.func.value, *each.args]
            if len(factors) > 1:
                yield factors[0], factors[1]


def _divides(made: ast.AST) -> bool:
    """Whether something in it is divided by the size of a batch, or is a mean: by what is no sum of the values."""
    for node in ast.walk(made):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            by = node.right if isinstance(node, ast.BinOp) else node.value
            if not any(isinstance(each, ast.Call) and name_of(each.func) in ("sum", "exp") for each in ast.walk(by)):
                return True
        if isinstance(node, ast.Attribute) and node.attr in ("mean", "average"):
            return True
    return False
