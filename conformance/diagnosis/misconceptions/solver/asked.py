"""Networks that read sequences, with what their loss gives in the open: mistakes that only a second step shows."""

from typing import Any

from gradproof.conformance.harness.donor import donor


class Asked:
    """Mixed into a right network: what a call of its loss takes of the calls before, which is nothing."""

    def told(self, right: Any, *data: Any) -> Any:
        """The loss and the gradients that the right network has."""
        value, grads = right(self, *data)
        return value, grads


def _mixed(name: str) -> Any:
    cls: Any = donor()[name]
    return type(name, (Asked, cls), {"loss": lambda net, *data: net.told(cls.loss, *data)})


CaptioningRNN, CharRNN, TransformerLM = map(_mixed, ("CaptioningRNN", "CharRNN", "TransformerLM"))
