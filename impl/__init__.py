"""Layers, losses, blocks and update rules written from scratch in NumPy, in the cs231n function style.

Every forward returns ``(out, cache)`` and every backward takes ``(dout, cache)``. Rows are samples, weights are
``(in, out)``, the dtype that comes in goes out, and no input is ever written to.
"""

from .activations import (
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from .activations_rectified import (
    elu_backward,
    elu_forward,
    prelu_backward,
    prelu_forward,
    selu_backward,
    selu_forward,
)
from .activations_smooth import (
    gelu_backward,
    gelu_forward,
    mish_backward,
    mish_forward,
    silu_backward,
    silu_forward,
    softplus_backward,
    softplus_forward,
)
from .affine import affine_backward, affine_forward
from .attention import (
    attention_backward,
    attention_forward,
    multi_head_attention_backward,
    multi_head_attention_forward,
)
from .blocks import (
    affine_bn_relu_backward,
    affine_bn_relu_forward,
    affine_ln_relu_backward,
    affine_ln_relu_forward,
    affine_relu_backward,
    affine_relu_forward,
)
from .blocks_convolution import (
    conv_bn_relu_backward,
    conv_bn_relu_forward,
    conv_relu_backward,
    conv_relu_forward,
    conv_relu_pool_backward,
    conv_relu_pool_forward,
)
from .captioning import CaptioningRNN
from .char_rnn import CharRNN
from .classifiers_linear import (
    softmax_loss_naive,
    softmax_loss_vectorized,
    svm_loss_naive,
    svm_loss_vectorized,
)
from .convolution import (
    conv_backward_extended,
    conv_backward_fast,
    conv_backward_naive,
    conv_forward_extended,
    conv_forward_fast,
    conv_forward_naive,
)
from .convolution_others import (
    conv1d_backward,
    conv1d_forward,
    conv_transpose_backward,
    conv_transpose_forward,
)
from .ctc import (
    ctc_loss,
)
from .dropout import dropout_backward, dropout_forward
from .dropout_channels import (
    dropout2d_backward,
    dropout2d_forward,
)
from .embedding import (
    padded_embedding_backward,
    padded_embedding_forward,
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)
from .feed_forward import (
    feed_forward_backward,
    feed_forward_forward,
    residual_feed_forward_backward,
    residual_feed_forward_forward,
)
from .gradient_check import eval_numerical_gradient, eval_numerical_gradient_array, rel_error
from .gru import gru_backward, gru_forward, gru_step_backward, gru_step_forward
from .initialization import (
    he_normal,
    he_uniform,
    xavier_normal,
    xavier_uniform,
)
from .losses import softmax_cross_entropy, softmax_cross_entropy_backward, softmax_loss, svm_loss
from .losses_binary import (
    bce_loss,
    bce_with_logits_loss,
    sigmoid_cross_entropy,
)
from .losses_classes import (
    cross_entropy_extended,
    focal_loss,
    kl_loss,
    nll_loss,
)
from .losses_regression import (
    huber_loss,
    l1_loss,
    mse_loss,
)
from .networks import ConvNet, FullyConnectedNet, Network, ShallowLayerNet, ThreeLayerConvNet, TwoLayerNet
from .normalization import (
    batchnorm_backward,
    batchnorm_backward_alt,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
)
from .normalization_rms import (
    rmsnorm_backward,
    rmsnorm_forward,
)
from .normalization_spatial import (
    instancenorm_backward,
    instancenorm_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
    spatial_groupnorm_backward,
    spatial_groupnorm_forward,
)
from .optim import adam, nesterov, rmsprop, sgd, sgd_momentum
from .optim_adaptive import (
    adadelta,
    adagrad,
    adamw,
    nadam,
)
from .optim_gradients import (
    clip_grad_norm,
    clip_grad_value,
    sgd_dampened,
    sgd_weight_decay,
)
from .pooling import (
    avg_pool_backward_fast,
    avg_pool_backward_naive,
    avg_pool_forward_fast,
    avg_pool_forward_naive,
    max_pool_backward_fast,
    max_pool_backward_naive,
    max_pool_forward_fast,
    max_pool_forward_naive,
)
from .pooling_global import (
    adaptive_avg_pool_backward,
    adaptive_avg_pool_forward,
    global_avg_pool_backward,
    global_avg_pool_forward,
)
from .positions import (
    positional_encoding_backward,
    positional_encoding_forward,
    rope_backward,
    rope_forward,
)
from .recurrent import (
    lstm_backward,
    lstm_forward,
    lstm_step_backward,
    lstm_step_forward,
    rnn_backward,
    rnn_forward,
    rnn_step_backward,
    rnn_step_forward,
)
from .reshaping import (
    flatten_backward,
    flatten_forward,
    upsample_backward,
    upsample_forward,
)
from .schedules import (
    cosine_schedule,
    exponential_schedule,
    step_schedule,
    warmup_schedule,
)
from .softmax import (
    log_softmax_axis_backward,
    log_softmax_axis_forward,
    log_softmax_backward,
    log_softmax_forward,
    softmax_axis_backward,
    softmax_axis_forward,
    softmax_backward,
    softmax_forward,
)
from .solver import Solver
from .transformer_lm import TransformerLM

__all__ = [
    "CaptioningRNN",
    "CharRNN",
    "ConvNet",
    "FullyConnectedNet",
    "Network",
    "ShallowLayerNet",
    "Solver",
    "ThreeLayerConvNet",
    "TransformerLM",
    "TwoLayerNet",
    "adadelta",
    "adagrad",
    "adam",
    "adamw",
    "adaptive_avg_pool_backward",
    "adaptive_avg_pool_forward",
    "affine_backward",
    "affine_bn_relu_backward",
    "affine_bn_relu_forward",
    "affine_forward",
    "affine_ln_relu_backward",
    "affine_ln_relu_forward",
    "affine_relu_backward",
    "affine_relu_forward",
    "attention_backward",
    "attention_forward",
    "avg_pool_backward_fast",
    "avg_pool_backward_naive",
    "avg_pool_forward_fast",
    "avg_pool_forward_naive",
    "batchnorm_backward",
    "batchnorm_backward_alt",
    "batchnorm_forward",
    "bce_loss",
    "bce_with_logits_loss",
    "clip_grad_norm",
    "clip_grad_value",
    "conv1d_backward",
    "conv1d_forward",
    "conv_backward_extended",
    "conv_backward_fast",
    "conv_backward_naive",
    "conv_bn_relu_backward",
    "conv_bn_relu_forward",
    "conv_forward_extended",
    "conv_forward_fast",
    "conv_forward_naive",
    "conv_relu_backward",
    "conv_relu_forward",
    "conv_relu_pool_backward",
    "conv_relu_pool_forward",
    "conv_transpose_backward",
    "conv_transpose_forward",
    "cosine_schedule",
    "cross_entropy_extended",
    "ctc_loss",
    "dropout2d_backward",
    "dropout2d_forward",
    "dropout_backward",
    "dropout_forward",
    "elu_backward",
    "elu_forward",
    "eval_numerical_gradient",
    "eval_numerical_gradient_array",
    "exponential_schedule",
    "feed_forward_backward",
    "feed_forward_forward",
    "flatten_backward",
    "flatten_forward",
    "focal_loss",
    "gelu_backward",
    "gelu_forward",
    "global_avg_pool_backward",
    "global_avg_pool_forward",
    "gru_backward",
    "gru_forward",
    "gru_step_backward",
    "gru_step_forward",
    "he_normal",
    "he_uniform",
    "huber_loss",
    "instancenorm_backward",
    "instancenorm_forward",
    "kl_loss",
    "l1_loss",
    "layernorm_backward",
    "layernorm_forward",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "log_softmax_axis_backward",
    "log_softmax_axis_forward",
    "log_softmax_backward",
    "log_softmax_forward",
    "lstm_backward",
    "lstm_forward",
    "lstm_step_backward",
    "lstm_step_forward",
    "max_pool_backward_fast",
    "max_pool_backward_naive",
    "max_pool_forward_fast",
    "max_pool_forward_naive",
    "mish_backward",
    "mish_forward",
    "mse_loss",
    "multi_head_attention_backward",
    "multi_head_attention_forward",
    "nadam",
    "nesterov",
    "nll_loss",
    "padded_embedding_backward",
    "padded_embedding_forward",
    "positional_encoding_backward",
    "positional_encoding_forward",
    "prelu_backward",
    "prelu_forward",
    "rel_error",
    "relu_backward",
    "relu_forward",
    "residual_feed_forward_backward",
    "residual_feed_forward_forward",
    "rmsnorm_backward",
    "rmsnorm_forward",
    "rmsprop",
    "rnn_backward",
    "rnn_forward",
    "rnn_step_backward",
    "rnn_step_forward",
    "rope_backward",
    "rope_forward",
    "selu_backward",
    "selu_forward",
    "sgd",
    "sgd_dampened",
    "sgd_momentum",
    "sgd_weight_decay",
    "sigmoid_backward",
    "sigmoid_cross_entropy",
    "sigmoid_forward",
    "silu_backward",
    "silu_forward",
    "softmax_axis_backward",
    "softmax_axis_forward",
    "softmax_backward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "softmax_forward",
    "softmax_loss",
    "softmax_loss_naive",
    "softmax_loss_vectorized",
    "softplus_backward",
    "softplus_forward",
    "spatial_batchnorm_backward",
    "spatial_batchnorm_forward",
    "spatial_groupnorm_backward",
    "spatial_groupnorm_forward",
    "step_schedule",
    "svm_loss",
    "svm_loss_naive",
    "svm_loss_vectorized",
    "tanh_backward",
    "tanh_forward",
    "temporal_affine_backward",
    "temporal_affine_forward",
    "temporal_softmax_loss",
    "upsample_backward",
    "upsample_forward",
    "warmup_schedule",
    "word_embedding_backward",
    "word_embedding_forward",
    "xavier_normal",
    "xavier_uniform",
]
