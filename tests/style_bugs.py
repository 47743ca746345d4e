"""Planted bugs: a text of an example in examples/submissions/styles, and what stands there instead."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """An example, the adapter that is made for it, and the conventions to declare."""

    submission: str
    adapter: str
    dialect: str = ""


@dataclass(frozen=True)
class Bug:
    """A text that stands once in a file of an example, what stands there instead, and what is then reported."""

    style: Style
    file: str  # "" if the example is one file
    old: str
    new: str
    reported: str  # "contract: check"
    says: str


OLD, MIDDLE = Style("hw1_2020", "mytorch_2020.py"), Style("hw1_2022", "mytorch_2022.py")
NEW = Style("hw1_2023", "mytorch_2023.py")
DICTS, LAZY = Style("dicts.py", "layer_dicts.py"), Style("lazy_dicts.py", "numpy_ml_layers.py")
BOOK, COLUMNS = Style("attributes.py", "nnfs_book.py", "dropout_p=drop"), Style("columns.py", "column_batch.py")
SEQUENCES = Style("sequences_columns.py", "column_batch_sequences.py")
HOMEWORKS = Style("hw3_hw4_2024.py", "mytorch_sequences.py", "attention_mask=drop")
TIME = Style("time_layers.py", "time_layers.py", "lstm_gates=fgio,gru_reset=before,gru_update=takes")
FIRST = Style("steps_first.py", "steps_first.py", "lstm_gates=ifgo")
PURE = Style("pure_functions.py", "pure_functions.py", "hidden_unit=gelu")
UPDATES, ONE = Style("updates.py", "update_in_backward.py"), Style("updates_one_sample.py", "one_sample.py")

BUGS = {
    "steps first, the state from later replaces what comes from above": Bug(
        FIRST,
        "",
        "da = (dout[t] + dh) *",
        "da = (dh if t < len(dout) - 1 else dout[t]) *",
        "rnn: gradient",
        "dx, dh0, dWx, dWh, db differ",
    ),
    "steps first, one bias alone has a gradient": Bug(
        FIRST,
        "",
        "        self.dbias_hh += da.sum(axis=0)\n",
        "",
        "lstm: gradient",
        "db differs",
    ),
    "2020 a sum for a mean": Bug(
        OLD,
        "linear.py",
        "self.dW = np.dot(self.x.T, delta) / batch_size",
        "self.dW = np.dot(self.x.T, delta)",
        "affine: gradient",
        "dw differs",
    ),
    "2020 infinity times 0": Bug(
        OLD,
        "activation.py",
        "np.maximum(x, 0)",
        "x * (x > 0)",
        "relu: stability",
        "out",
    ),
    "2020 alpha reversed": Bug(
        OLD,
        "batchnorm.py",
        "self.alpha * self.running_mean + (1 - self.alpha) * self.mean",
        "(1 - self.alpha) * self.running_mean + self.alpha * self.mean",
        "batchnorm: running_statistics",
        "running_mean",
    ),
    "2020 sign of the derivative": Bug(
        OLD,
        "loss.py",
        "self.softmax - self.labels",
        "self.labels - self.softmax",
        "softmax_loss: gradient",
        "dx",
    ),
    "2022 a sum for a mean": Bug(
        MIDDLE,
        "linear.py",
        "dLdb / self.N",
        "dLdb",
        "affine: gradient",
        "db differs",
    ),
    "2022 weights left as they are": Bug(
        MIDDLE,
        "linear.py",
        "dLdZ.T @ self.A",
        "self.A.T @ dLdZ",
        "affine: interface",
        "dw has shape (1, 2), expected (2, 1)",
    ),
    "2022 eps outside the root": Bug(
        MIDDLE,
        "batchnorm.py",
        "np.sqrt(self.running_V + self.eps)",
        "(np.sqrt(self.running_V) + self.eps)",
        "batchnorm: forward",
        "mode=test",
    ),
    "2022 the mean's own gradient left out": Bug(
        MIDDLE,
        "batchnorm.py",
        " + dLdM / self.N",
        "",
        "batchnorm: gradient",
        "dx differs",
    ),
    "2022 raw scores": Bug(
        MIDDLE,
        "loss.py",
        "A = A - A.max(axis=1, keepdims=True)",
        "A = 1 * A",
        "softmax_loss: stability",
        "loss",
    ),
    "2022 derivative of tanh": Bug(
        MIDDLE,
        "activation.py",
        "1 - self.A * self.A",
        "1 - self.A",
        "tanh: gradient",
        "dx",
    ),
    "2023 a mean left over from 2022": Bug(
        NEW,
        "mytorch/nn/linear.py",
        "np.sum(dLdZ, axis=0)",
        "np.mean(dLdZ, axis=0)",
        "affine: gradient",
        "db differs",
    ),
    "2023 not divided by the batch": Bug(
        NEW,
        "mytorch/nn/loss.py",
        "(self.softmax - self.Y) / self.N",
        "self.softmax - self.Y",
        "softmax_loss: gradient",
        "dx",
    ),
    "2023 in place": Bug(
        NEW,
        "mytorch/nn/activation.py",
        "np.where(self.A > 0, dLdA, 0)",
        "np.multiply(dLdA, self.A > 0, out=dLdA)",
        "relu: purity",
        "writes to its argument dout",
    ),
    "2023 unbiased variance": Bug(
        NEW,
        "mytorch/nn/batchnorm.py",
        "(1 - self.alpha) * self.V",
        "(1 - self.alpha) * self.V * len(Z) / (len(Z) - 1)",
        "batchnorm: running_statistics",
        "running_variance=unbiased",
    ),
    "dicts mean for a sum": Bug(
        DICTS,
        "",
        'self.grads["b"] = np.sum',
        'self.grads["b"] = np.mean',
        "affine: gradient",
        "db differs",
    ),
    "dicts derivative by the output": Bug(
        DICTS,
        "",
        "y = tanh(x)",
        "y = x",
        "tanh: gradient",
        "dx",
    ),
    "dicts derivative of a pair": Bug(
        DICTS,
        "",
        "(x > 0).astype(x.dtype)",
        "(x > 0).astype(x.dtype) / 2",
        "relu: gradient",
        "dx",
    ),
    "lazy not summed over the batch": Bug(
        LAZY,
        "",
        "X.T @ dLdy, dLdy.sum(axis=0, keepdims=True)",
        "X.T @ dLdy, dLdy.mean(axis=0, keepdims=True)",
        "affine: gradient",
        "db differs",
    ),
    "lazy frozen and yet trained": Bug(
        LAZY,
        "",
        "if self.trainable:",
        "if True:",
        "batchnorm: forward",
        "mode=test",
    ),
    "lazy other axis": Bug(
        LAZY,
        "",
        "mean = dN.mean(axis=1, keepdims=True)",
        "mean = dN.mean(axis=0)",
        "layernorm: gradient",
        "dx differs",
    ),
    "book not rescaled": Bug(
        BOOK,
        "",
        "size=inputs.shape) / self.rate",
        "size=inputs.shape)",
        "dropout: dropout_scaling",
        "out",
    ),
    "book keeps what it should drop": Bug(
        BOOK,
        "",
        "self.rate = 1 - rate",
        "self.rate = rate",
        "dropout: dropout_scaling",
        "dropout_p=keep",
    ),
    "book mean for a sum": Bug(
        BOOK,
        "",
        "self.dbiases = np.sum",
        "self.dbiases = np.mean",
        "affine: gradient",
        "db differs",
    ),
    "book not copied": Bug(
        BOOK,
        "",
        "self.dinputs = dvalues.copy()\n        self.dinputs[self.inputs <= 0]",
        "self.dinputs = dvalues\n        self.dinputs[self.inputs <= 0]",
        "relu: purity",
        "writes to its argument dout",
    ),
    "book not divided by the batch": Bug(
        BOOK,
        "",
        "self.dinputs / samples",
        "self.dinputs",
        "softmax_loss: gradient",
        "dx",
    ),
    "columns a sum for a mean": Bug(
        COLUMNS,
        "",
        "np.sum(dZ, axis=1, keepdims=True) / m",
        "np.sum(dZ, axis=1, keepdims=True)",
        "affine: gradient",
        "db differs",
    ),
    "columns only the block": Bug(
        COLUMNS,
        "",
        "dZ = relu_backward(dA, activation_cache)",
        "dZ = dA",
        "affine_relu: gradient",
        "dx, dw, db differ",
    ),
    "columns slope": Bug(
        COLUMNS,
        "",
        "return dA * s * (1 - s)",
        "return dA * s",
        "sigmoid: gradient",
        "dx",
    ),
    "sequences the carry left out": Bug(
        SEQUENCES,
        "",
        "gradients = lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt, steps[t])",
        "gradients = lstm_cell_backward(da[:, :, t], 0 * dc_prevt, steps[t])",
        "lstm: gradient",
        "dx, dh0, dWx, dWh, db differ",
    ),
    "homeworks the new state for what enters it": Bug(
        HOMEWORKS,
        "",
        "dn * self.inner",
        "dn * self.n",
        "gru_step: gradient",
        "differ",
    ),
    "time layers without the state before": Bug(
        TIME,
        "",
        "dr = dhr * h_prev * r * (1 - r)",
        "dr = dhr * r * (1 - r)",
        "gru_step: gradient",
        "differ",
    ),
    "pure functions of one normalization": Bug(
        PURE,
        "",
        "ffn(layer_norm(x, **ln_2), **mlp)",
        "ffn(layer_norm(x, **ln_1), **mlp)",
        "pre_norm_block: forward",
        "out differs",
    ),
    "updates the weights too early": Bug(
        UPDATES,
        "",
        "np.dot(output_gradient, self.weights.T)\n",
        "np.dot(output_gradient, (self.weights - learning_rate * self.input.T @ output_gradient).T)\n",
        "affine: gradient",
        "dx differs",
    ),
    "updates without the learning rate": Bug(
        UPDATES,
        "",
        "self.bias -= learning_rate * ",
        "self.bias -= ",
        "affine: gradient",
        "db differs",
    ),
    "updates derivative of tanh": Bug(
        UPDATES,
        "",
        "1 - np.tanh(x) ** 2",
        "1 - np.tanh(x)",
        "tanh: gradient",
        "dx",
    ),
    "one sample with the wrong sign": Bug(
        ONE,
        "",
        "self.weights -= ",
        "self.weights += ",
        "affine: gradient",
        "dw differs",
    ),
}
