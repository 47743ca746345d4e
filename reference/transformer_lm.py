"""The twin of the transformer, of torch's own layers and its causal attention."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from . import positions
from .bridge import Array
from .char_rnn import LanguageModel, continued, next_word_loss

GELU = {"tanh": "tanh", "exact": "none"}


@dataclass
class Pairs:
    """How the sinusoids stand, by default."""

    feature_pairs: str = "neighbours"


def scores(x: Tensor, heads: int, layers: int, p: Mapping[str, Tensor], gelu: str = "tanh") -> Tensor:
    """Of every next word."""
    h = positions.positional_encoding_forward(functional.embedding(x, p["W_embed"]), Pairs())
    width = h.shape[2:]
    for i in range(1, layers + 1):
        own = {name: p[f"{name}{i}"] for name in _of_a_block()}
        normed = functional.layer_norm(h, width, own["gamma_a"], own["beta_a"])
        q, k, v = (
            functional.linear(normed, own[f"W{name}"].T, own[f"b{name}"]).unflatten(2, (heads, -1)).transpose(1, 2)
            for name in "qkv"
        )
        seen = functional.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
        h = h + functional.linear(seen, own["Wo"].T, own["bo"])
        normed = functional.layer_norm(h, width, own["gamma_f"], own["beta_f"])
        inner = functional.gelu(functional.linear(normed, own["W_in"].T, own["b_in"]), approximate=GELU[gelu])
        h = h + functional.linear(inner, own["W_out"].T, own["b_out"])
    normed = functional.layer_norm(h, width, p["gamma"], p["beta"])
    return functional.linear(normed, p["W_vocab"].T, p["b_vocab"])


def loss(x: Tensor, y: Tensor, heads: int, layers: int, gelu: str = "tanh", **p: Tensor) -> dict[str, Tensor]:
    """The scores and the loss."""
    told = scores(x, heads, layers, p, gelu)
    return {"scores": told, "loss": next_word_loss(told, y)}


def sample(prompt: Tensor, heads: int, layers: int, length: int, gelu: str = "tanh", **p: Tensor) -> Tensor:
    """What is written after the prompt."""
    return continued(lambda text: scores(text, heads, layers, p, gelu), prompt, length).to(p["W_embed"].dtype)


class TransformerLM(LanguageModel):
    """The model with so many heads and layers."""

    def __init__(self, params: Mapping[str, Array], heads: int, layers: int) -> None:
        super().__init__(params)
        self.heads, self.layers = heads, layers

    def forward(self, x: Tensor) -> Tensor:
        """As the function."""
        return scores(x, self.heads, self.layers, self.params)


def _of_a_block() -> tuple[str, ...]:
    of_heads = (f"{kind}{name}" for kind in "Wb" for name in "qkvo")
    return (*of_heads, "gamma_a", "beta_a", "gamma_f", "beta_f", "W_in", "b_in", "W_out", "b_out")
