"""What a submission's process says of its files: sentences that travel as their fields, and come back as sentences.

The process may send anything: only sentences that stand here are made again, and their values are no more than texts.
"""

from collections.abc import Callable

from gradproof.conformance.spec.english_edits import IN_BRACKETS
from gradproof.conformance.spec.english_phrases import AT, UNFILLED
from gradproof.conformance.spec.words import aged
from gradproof.conformance.spec.words.said import JOINTS, say

SEVERAL = "it holds several submissions, in {folders}: name one of them"
SETS_ERRORS = (
    "importing {file} changes NumPy's error handling for everybody (np.seterr); use np.errstate around what needs it"
)
OF_OTHERS = "{file} defines nothing that is judged and imports {names}; was {wanted} handed in?"
OF_OBJECTS = (
    "its layers are classes ({names}), which are judged through an adapter: 'gradproof new adapter {file}' drafts one"
)
ADAPTED = "there is an adapter for the style of {names}: add {arguments} to the command"
CHANGES = (
    "importing {file} puts something else in the place of {names}, for all code of its process; what uses that may "
    "fail for it"
)
OF_ADAPTER = "adapter {problem}; names of a submission that may lack them are best used inside functions"
NOT_NUMPY = "not judged, not written in NumPy: {files}"
TOO_LARGE = "{file}: larger than {most} bytes, not read"
UNREADABLE = "{file}: cannot be read ({reason})"
NESTED = "{file}: Python cannot read it: it is nested too deeply, or too large for the memory that it has"
OF_FILE = "{file}: {problem}"
IS_CLASS = "{name} in {file} is a class, and a function is expected"
TWICE = "{name} is defined in {first} and in {file}; the one in {first} is judged"
NEAR = "{file}: {name} is not judged; did you mean {near}?"
NEAR_FOREIGN = "{file}: {name} is not judged; did you mean {near}? It has {letters}, of another alphabet"
NOT_COVERED = "not judged, no contract covers them: {names}"
EXITED = "{file}: called sys.exit({code}) while it was imported"
IMPORT_FAILED = "{file}: cannot be imported: {reason}"
BEGUN = "{problem}; what it defines before that is judged"
IS_TEST = "not judged, called as tests are: {files}"
TOO_MANY = "{count} Python files: the first {most} are looked at, the outermost first; hand in what is yours"
NOT_TEXT = "it cannot be read as Python ({message}); save it as text in UTF-8"
SYNTAX = "syntax error in line {line}: {message}"
IS_COPY = "{file} is not judged: {chosen} is there, and this is a copy"
IS_OLDER = "{file} is not judged: {chosen} is there, and this is an older version"
MISSES = "{file} imports {wanted}, which was not handed in, nor is such a package installed here; what uses it fails"
MISSES_NEAR = (
    "{file} imports {wanted}, which was not handed in, nor is such a package installed here; what uses it fails; "
    "did you mean {near}?"
)
MESSAGES = (
    *(SEVERAL, SETS_ERRORS, OF_ADAPTER, NOT_NUMPY, TOO_LARGE, UNREADABLE, NESTED, OF_FILE, IS_CLASS, TWICE, NEAR),
    *(NEAR_FOREIGN, NOT_COVERED, EXITED, IMPORT_FAILED, BEGUN, IS_TEST, TOO_MANY, NOT_TEXT, SYNTAX, IS_COPY, IS_OLDER),
    *(MISSES, MISSES_NEAR, CHANGES, OF_OTHERS, OF_OBJECTS, ADAPTED),
)
KNOWN = frozenset((*MESSAGES, *aged.MESSAGES, *JOINTS, AT, IN_BRACKETS, *filter(None, UNFILLED.values())))


def received(told: object, text: Callable[[object], str]) -> str:
    """The sentence that was sent as ``as_plain`` makes it, or a text; ``text`` makes each value fit to be believed.

    Raises KeyError, TypeError or ValueError for what is neither.
    """
    if not isinstance(told, dict):
        return str(told) if isinstance(told, int) else text(told)
    template = told["say"]
    if template not in KNOWN:
        raise ValueError("it is no sentence of a submission's process")
    return say(template, **{name: received(value, text) for name, value in told["with"].items()})
