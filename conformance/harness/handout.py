"""What a course hands out beside the student's files: complete functions, known by their text or by what they import.

Runs beside untrusted code. A text is known by a digest of its tokens; comments, docstrings and layout may differ.
"""

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from gradproof.conformance.harness.stand_ins import BUILT

FAST = "_fast"  # ends the names of what is handed out beside the student's own plain version
TEXTS: Mapping[str, Sequence[str]] = {  # of the complete functions in cs231n's assignments, 2015 to 2026
    "Solver": ("2f615daa1ae9", "676ff4cab89e"),
    "adam": ("7d305989af4e", "9f93016f6a98", "c81852435b1d"),
    "affine_backward": ("ce1e805a2e3e",),
    "affine_bn_relu_backward": ("f1ddd13d6c28",),
    "affine_bn_relu_forward": ("ac9b217752b5",),
    "affine_forward": ("1638301f2d8a", "dca3fe77f2fd"),
    "affine_ln_relu_backward": ("cbd376357b00",),
    "affine_ln_relu_forward": ("f7f4858e7cce",),
    "affine_relu_backward": ("1d55fec8830c",),
    "affine_relu_forward": ("465cd639cb2a",),
    "batchnorm_backward": ("09dd9ec1754e", "b59fb9cafef3"),
    "batchnorm_forward": ("68e0246b9b02", "e6069ec973d4"),
    "conv_bn_relu_backward": ("36f34e736f02",),
    "conv_bn_relu_forward": ("aab2798bcd18",),
    "conv_relu_backward": ("408cdb3ea2b9",),
    "conv_relu_forward": ("2fc1eb6c9895",),
    "conv_relu_pool_backward": ("758f3db5f8e0",),
    "conv_relu_pool_forward": ("b3072ea522ed",),
    "max_pool_backward_fast": ("24ea16afeb12", "7fa7d6ff9bf7"),
    "max_pool_forward_fast": ("9f8ffcaebad7", "d0caacdb4ae0"),
    "relu_backward": ("85c0c897aab2",),
    "relu_forward": ("e981088704dd",),
    "rmsprop": ("459610100799",),
    "sgd": ("465f9ea09dca", "639359394383"),
    "sgd_momentum": ("d34e74e4b1e2",),
    "softmax_loss": ("129a6a7c6fee", "7a8217eecae0"),
    "spatial_batchnorm_backward": ("66eb2c4c50de",),
    "spatial_batchnorm_forward": ("ea686fe50bd7",),
    "svm_loss": ("22adda6014eb",),
    "temporal_affine_backward": ("53f1e6c6a3d4",),
    "temporal_affine_forward": ("1199dd392914", "186f020fd7d2"),
    "temporal_softmax_loss": ("2836f1bc7cac", "59ee9122c3a8", "b5e98be3f7fb"),
}
THIRD = "rnn_step_forward"  # only a third assignment has it; these are complete there, and a student's duty before
OF_THE_THIRD = (
    *("affine_forward", "affine_backward", "relu_forward", "relu_backward", "batchnorm_forward", "batchnorm_backward"),
    *("spatial_batchnorm_forward", "spatial_batchnorm_backward", "sgd_momentum", "rmsprop", "adam"),
)
PENALTIES = {  # of the loss whose first lines the first assignment hands out: what tells its years apart
    "loss += 0.5 * reg * np.sum(W * W)": "svm_loss_naive(half)",
    "loss += reg * np.sum(W * W)": "svm_loss_naive(full)",
}
PENALIZED = "svm_loss_naive"
LAYOUT = frozenset(
    (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
)
TEXTS_KEPT = 256  # of hand-ins that are judged one after another
QUOTES = ('"""', "'''")


def handed_out(source: bytes, tree: ast.Module, names: frozenset[str]) -> Iterator[str]:
    """Those of ``names`` that a file holds as the course handed them out.

    Its text is that of a hand-out; or it is a fast version in a file that imports what is built from Cython. Of one
    whose first lines alone are the course's it is said which lines they are.
    """
    lines = list(io.StringIO(source.decode(errors="replace"), newline=None))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == PENALIZED in names:
            lines_of = (ast.unparse(each) for each in node.body if isinstance(each, ast.AugAssign))
            yield from (PENALTIES[each] for each in lines_of if each in PENALTIES)
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name not in TEXTS:
            continue
        if digest("".join(lines[node.lineno - 1 : node.end_lineno])) in TEXTS[node.name]:
            yield node.name
    fast = [name for name in names if name.endswith(FAST)]
    if fast and any(_is_built(node) for node in ast.walk(tree)):
        yield from fast


@lru_cache(TEXTS_KEPT)
def digest(text: str) -> str:
    """Of the tokens of a function's source, whatever its layout, comments and docstrings are."""
    tokens = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            is_docstring = token.type == tokenize.STRING and token.string.startswith(QUOTES)
            if token.type not in LAYOUT and not is_docstring:
                tokens.append(token.string)
    except (tokenize.TokenError, SyntaxError):
        return ""
    return hashlib.sha256(" ".join(tokens).encode()).hexdigest()[:12]


def _is_built(node: ast.AST) -> bool:
    """Whether it imports something that is built from Cython."""
    if isinstance(node, ast.Import):
        return any(alias.name.endswith(BUILT) for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").endswith(BUILT)
