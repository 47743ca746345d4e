"""The networks with one hidden layer, which train themselves."""

from typing import Any

import numpy as np

from ..networks.fully_connected import FullyConnectedNet
from ..validation import Array, require_sizes


class ShallowLayerNet(FullyConnectedNet):
    """One hidden layer: affine - relu - affine - softmax, with its own training loop by plain SGD.

    Args:
        input_dim, hidden_dim, num_classes: D, H, C.
        weight_scale: standard deviation of the initial weights.
        reg: strength of the penalty ``0.5 * reg * (sum W1^2 + sum W2^2)``.
        dtype: of the parameters, float64 as the text has them; X is cast to it.
        seed, l2: as in :class:`FullyConnectedNet`.
    """

    def __init__(
        self,
        input_dim: int = 3 * 32 * 32,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        *,
        dtype: Any = np.float64,
        seed: int | None = None,
        l2: str = "half",
    ) -> None:
        super().__init__(
            (hidden_dim,), input_dim, num_classes, reg=reg, weight_scale=weight_scale, dtype=dtype, seed=seed, l2=l2
        )

    def train(
        self,
        X: Array,  # noqa: N803
        y: Array,
        X_val: Array,  # noqa: N803
        y_val: Array,
        num_iters: int = 100,
        batch_size: int = 200,
        learning_rate: float = 1e-3,
        learning_rate_decay: float = 0.95,
        reg: float | None = None,
        verbose: bool = False,
    ) -> dict[str, Any]:
        """SGD on random batches, drawn with replacement: ``w -= learning_rate * dw`` in each of num_iters steps.

        After the first step of every epoch (N // batch_size steps) both accuracies are noted and the learning rate is
        multiplied by its decay, as the published code has it.

        Args:
            X, y, X_val, y_val: samples and labels to train on and to watch.
            num_iters, batch_size, learning_rate, learning_rate_decay: as above.
            reg: replaces the network's own if given.
            verbose: print the loss every 100 steps.

        Returns:
            loss_history (num_iters), train_acc_history (of the epoch's last batch), val_acc_history, best_val_acc.

        Raises:
            ValueError: as :meth:`loss`; or for fewer than one step or sample a batch.
        """
        require_sizes("train", (num_iters, batch_size))
        self.reg = self.reg if reg is None else reg
        epoch = max(len(X) // batch_size, 1)
        losses, train_accuracies, val_accuracies = [], [], []
        for step in range(num_iters):
            rows = self._rng.integers(len(X), size=batch_size)
            loss, grads = self._loss(X[rows], y[rows], self.reg)
            losses.append(float(loss))
            for name, gradient in grads.items():
                self.params[name] -= self.dtype.type(learning_rate) * gradient
            if verbose and step % 100 == 0:
                print(f"iteration {step} / {num_iters}: loss {loss:f}")  # noqa: T201 - the caller asked for it
            if step % epoch == 0:
                train_accuracies.append(float((self.predict(X[rows]) == y[rows]).mean()))
                val_accuracies.append(float((self.predict(X_val) == y_val).mean()))
                learning_rate *= learning_rate_decay
        return {
            "loss_history": losses,
            "train_acc_history": train_accuracies,
            "val_acc_history": val_accuracies,
            "best_val_acc": max(val_accuracies),
        }


class TwoLayerNet(ShallowLayerNet):
    """The same network with the penalty's strength given to :meth:`loss`, and without the half in it.

    ``loss = softmax_loss(scores, y) + reg * (sum W1^2 + sum W2^2)``.

    Args:
        input_size, hidden_size, num_classes: D, H, C.
        std: standard deviation of the initial weights.
        dtype: of the parameters, float64 as the text has them; X is cast to it.
        seed, l2: as in :class:`FullyConnectedNet`; l2 is "full".

    Source: cs231n assignment 1.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_classes: int,
        std: float = 1e-4,
        *,
        dtype: Any = np.float64,
        seed: int | None = None,
        l2: str = "full",
    ) -> None:
        super().__init__(input_size, hidden_size, num_classes, std, dtype=dtype, seed=seed, l2=l2)

    def loss(self, X: Array, y: Array | None = None, reg: float = 0.0) -> Any:  # noqa: N803
        """As :meth:`FullyConnectedNet.loss`, with the penalty's strength of this call alone."""
        return self._loss(X, y, reg)
