"""An adapter: batches in columns, as in the deeplearning.ai courses.

``linear_forward(A, W, b) -> (Z, cache)`` has A (features, m), W (out, in) and b (out, 1). ``linear_backward(dZ,
cache)`` returns dA_prev, dW and db, the last two divided by m; here they become sums again. ``relu(Z) -> (A, cache)``
and ``relu_backward(dA, cache)`` are judged as they are, sigmoid likewise; ``linear_activation_forward(A_prev, W, b,
"relu")`` and ``linear_activation_backward(dA, cache, "relu")`` are the block of both. No convention is to be declared.
These are functions; ``gp.style`` declares objects, of batches in columns too. So they are written out.

    gradproof check dnn_utils.py --adapter examples/adapters/column_batch.py
"""

import numpy as np
import submission


def shaped(array, shape):
    """The array in this shape; without a row for each sample as it is, for the report to say."""
    return np.reshape(array, shape) if np.shape(array)[:1] == shape[:1] else array


def as_row(array):
    """An (n, 1) array as (n,); anything else as it is, for the report to say."""
    return array[:, 0] if np.ndim(array) == 2 and array.shape[1] == 1 else array


def columns(x, w, b):
    """A batch, weights and bias in the other layout."""
    return x.reshape(len(x), -1).T, w.T, b.reshape(-1, 1)


def rows(gradients, shape):
    """The gradients dx, dw, db in the layout of rows, means over the batch as sums."""
    dx, dw, db = gradients
    return shaped(dx.T, shape), dw.T * shape[0], as_row(db * shape[0])


if hasattr(submission, "linear_forward"):
    linear_forward, linear_backward = submission.linear_forward, getattr(submission, "linear_backward", None)

    def affine_forward(x, w, b):
        """Z is turned back into rows."""
        z, cache = linear_forward(*columns(x, w, b))
        return z.T, (cache, x.shape)

    def affine_backward(dout, cache):
        """The upstream gradient goes in as columns."""
        own, shape = cache
        return rows(linear_backward(dout.T, own), shape)


if hasattr(submission, "linear_activation_forward"):
    block_forward = submission.linear_activation_forward
    block_backward = getattr(submission, "linear_activation_backward", None)

    def affine_relu_forward(x, w, b):
        """The layer and its activation in one."""
        a, cache = block_forward(*columns(x, w, b), "relu")
        return a.T, (cache, x.shape)

    def affine_relu_backward(dout, cache):
        """Likewise."""
        own, shape = cache
        return rows(block_backward(dout.T, own, "relu"), shape)


# elementwise functions do not mind the layout
if hasattr(submission, "relu"):
    relu_forward, relu_backward = submission.relu, getattr(submission, "relu_backward", None)
if hasattr(submission, "sigmoid"):
    sigmoid_forward, sigmoid_backward = submission.sigmoid, getattr(submission, "sigmoid_backward", None)
