"""What comes with gradproof as files, and the styles of code that its adapters are made for."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

ADAPTERS = "adapters"


@dataclass(frozen=True)
class Style:
    """The code that a shipped adapter is made for.

    Args:
        adapter: its name.
        tells: signatures that no other style has, those of the same line together: ``function(arguments)``,
            ``Class(arguments)``, ``Class.method(arguments)``, the object aside.
        dialect: the conventions of the style.
    """

    adapter: str
    tells: tuple[str, ...]
    dialect: str = ""

    def told_by(self, signatures: Collection[str]) -> tuple[str, ...]:
        """Those of a submission's signatures that are of this style."""
        return tuple(dict.fromkeys(first for first, *_ in self._lines(signatures)))

    def met_by(self, signatures: Collection[str]) -> tuple[str, ...]:
        """The same with those that are told together with them."""
        return tuple(each for line in self._lines(signatures) for each in line)

    def _lines(self, signatures: Collection[str]) -> list[list[str]]:
        lines = (tell.split("; ") for tell in self.tells)
        return [line for line in lines if {*line} <= {*signatures}]

    @property
    def arguments(self) -> str:
        """What a command is given."""
        return f"--adapter {self.adapter}" + (f" --dialect {self.dialect}" if self.dialect else "")


STYLES = (
    Style(
        "column_batch",
        (
            "linear_forward(A, W, b)",
            "linear_activation_forward(A_prev, W, b, activation)",
            "relu(Z); relu_backward(dA, cache)",
            "sigmoid(Z); sigmoid_backward(dA, cache)",
        ),
    ),
    Style(
        "column_batch_sequences",
        (
            "rnn_cell_forward(xt, a_prev, parameters)",
            "rnn_forward(x, a0, parameters)",
            "lstm_cell_forward(xt, a_prev, c_prev, parameters)",
            "lstm_forward(x, a0, parameters)",
        ),
    ),
    Style("layer_classes", ("Linear(w, b); Linear.forward(x); Linear.backward(dout)",)),
    Style("layer_dicts", ("Linear(input_size, output_size); Linear.backward(grad)",)),
    Style(
        "mytorch_2020",
        (
            "Linear(in_feature, out_feature, weight_init_fn, bias_init_fn); Linear.backward(delta)",
            "BatchNorm(in_feature, alpha); BatchNorm.backward(delta)",
        ),
    ),
    Style("mytorch_2022", tuple(f"{name}.forward(Z); {name}.backward()" for name in ("Sigmoid", "Tanh", "ReLU"))),
    Style("mytorch_2023", tuple(f"{name}.forward(Z); {name}.backward(dLdA)" for name in ("Sigmoid", "Tanh", "ReLU"))),
    Style(
        "mytorch_sequences",
        (
            "RNNCell.forward(x, h_prev_t)",
            "GRUCell.forward(x, h_prev_t)",
            "ScaledDotProductAttention.forward(Q, K, V, mask)",
            "MultiHeadAttention.forward(query, key, value, key_padding_mask, attn_mask)",
        ),
        "attention_mask=drop",
    ),
    Style(
        "nnfs_book",
        tuple(f"{name}.backward(dvalues)" for name in ("Layer_Dense", "Layer_Dropout", "Activation_ReLU")),
        "dropout_p=drop",
    ),
    Style(
        "numpy_ml_layers", tuple(f"{name}._bwd(dLdy, X)" for name in ("FullyConnected", "BatchNorm1D", "LayerNorm1D"))
    ),
    Style(
        "pure_functions",
        ("mha(x, c_attn, c_proj, n_head)", "layer_norm(x, g, b, eps)"),
        "hidden_unit=gelu",
    ),
    Style(
        "steps_first",
        (
            "RNN(input_size, hidden_size); RNN.forward(x, h)",
            "LSTM(input_size, hidden_size); LSTM.forward(x, state)",
        ),
        "lstm_gates=ifgo",
    ),
    Style(
        "time_layers",
        (
            "RNN(Wx, Wh, b); RNN.backward(dh_next)",
            "GRU(Wx, Wh, b); GRU.backward(dh_next)",
            "LSTM(Wx, Wh, b); LSTM.backward(dh_next, dc_next)",
            "TimeEmbedding(W)",
            "TimeAffine(W, b)",
        ),
        "lstm_gates=fgio,gru_reset=before,gru_update=takes",
    ),
    Style(
        "update_in_backward",
        (
            "Dense(input_size, output_size); Dense.backward(output_gradient, learning_rate)",
            "Activation(activation, activation_prime); Activation.backward(output_gradient, learning_rate)",
        ),
    ),
)


def shipped_folder(name: str) -> Path:
    """A folder of ``examples`` that comes with gradproof: installed inside the package, in a checkout beside it."""
    package = Path(__file__).resolve().parents[2]
    folders = (package / name, package.parent / "examples" / name)
    return next((folder for folder in folders if folder.is_dir()), package)


def adapter_at(given: str) -> Path:
    """The file that ``--adapter`` means: a path, or that of a shipped one, by its name."""
    path = Path(given)
    named = shipped_folder(ADAPTERS) / f"{given}.py"
    return named if given.isidentifier() and not path.exists() and named.is_file() else path
