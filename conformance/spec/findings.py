"""What was found, as data: born where it is seen, made a sentence at the end. Runs beside untrusted code too."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

DIGITS = re.compile(r"\d+")
BY_CHANCE = ("lines",)  # facts that differ from draw to draw


class CheckName(StrEnum):
    """The checks that there are."""

    INTERFACE = "interface"
    DETERMINISM = "determinism"
    FORWARD = "forward"
    DROPOUT_SCALING = "dropout_scaling"
    GRADIENT = "gradient"
    FINITE_DIFFERENCE = "finite_difference"
    RUNNING_STATISTICS = "running_statistics"
    TRAINING = "training"
    STABILITY = "stability"
    PURITY = "purity"
    DTYPE = "dtype"
    GLOBAL_STATE = "global_state"
    NAN_PROPAGATION = "nan_propagation"
    UNUSUAL_INPUT = "unusual_input"


class Kind(StrEnum):
    """What a finding says. The catalogue of a language has one sentence for each."""

    # A call that gave no result: the function is not there, or cannot be called as it should be.
    MISSING = "missing"
    UNAVAILABLE = "unavailable"
    SIGNATURE = "signature"
    RETURNS = "returns"
    RETURNS_AS = "returns_as"
    HOLDS = "holds"
    PARAMETERS = "parameters"
    UNFILLED = "unfilled"
    ONLY_ZEROS = "only_zeros"
    LACKS_GRADIENT = "lacks_gradient"
    MADE_SHAPE = "made_shape"
    MADE_DTYPE = "made_dtype"
    NO_DROPOUT_CALL = "no_dropout_call"
    NO_LOSS_ASKED = "no_loss_asked"
    GAVE = "gave"
    LEFT = "left"
    CHANGES_SHAPE = "changes_shape"
    IS = "is"
    # A call that ended otherwise.
    RAISED = "raised"
    EXITED = "exited"
    TIMED_OUT = "timed_out"
    DIED = "died"
    LOST = "lost"
    NOT_BACK = "not_back"
    BARRED = "barred"
    DECLINED = "declined"
    HARNESS = "harness"  # our own code failed: nobody is charged
    UPSET = "upset"  # our own code failed beside the submission, and beside proven code it does not
    # An observation that is not what it should be.
    NO_ARRAY = "no_array"
    SHAPE = "shape"
    DTYPE = "dtype"
    VALUES = "values"
    DIFFERENCE = "difference"
    UNMOVED = "unmoved"
    STALE = "stale"
    # How it behaves.
    NOT_REPEATED = "not_repeated"
    OTHER_BITS = "other_bits"
    DISTURBED = "disturbed"
    KEPT_BY_ARRAY = "kept_by_array"
    NUMERIC = "numeric"
    WRITES_ARGUMENT = "writes_argument"
    WRITES_LATER = "writes_later"
    PUTS_BACK = "puts_back"
    WRITES_OPTION = "writes_option"
    SEEDS_GLOBAL = "seeds_global"
    SETS_ERRORS = "sets_errors"
    REPLACES_SHARED = "replaces_shared"
    # What a contract asks beyond equality of values.
    DEPENDENT_MASKS = "dependent_masks"
    KEEP_RATE = "keep_rate"
    ALIKE_MASKS = "alike_masks"
    SEED_IGNORED = "seed_ignored"
    SAME_MASK_EACH_STEP = "same_mask_each_step"
    FEW_MASKS = "few_masks"
    PIXELS_DROPPED = "pixels_dropped"
    STARTS_IN_SHAPE = "starts_in_shape"
    STARTS_AT_OTHERS = "starts_at_others"
    STARTS_AT_ONE_VALUE = "starts_at_one_value"
    STARTS_WITH_SAME_COLUMNS = "starts_with_same_columns"
    STARTS_WITH_SAME_ROWS = "starts_with_same_rows"
    STARTS_AROUND = "starts_around"
    STARTS_WITH_DEVIATION = "starts_with_deviation"
    NOT_UNIFORM = "not_uniform"
    NOT_NORMAL = "not_normal"
    DRAWN_ONCE = "drawn_once"
    PREDICTS_OTHERS = "predicts_others"
    NO_ACCURACY = "no_accuracy"
    NOTED_BEFORE = "noted_before"
    NOTED_AT_EVERY_BATCH = "noted_at_every_batch"
    ACCURACY = "accuracy"
    LABELS_OF_OTHERS = "labels_of_others"
    SAME_SAMPLES = "same_samples"
    NOT_SHUFFLED = "not_shuffled"
    SAME_ORDER = "same_order"
    FEW_SAMPLES = "few_samples"
    BATCH_AGAIN = "batch_again"
    ENDS_EARLY = "ends_early"
    NEVER_DRAWN = "never_drawn"
    DECAYS_TOO_OFTEN = "decays_too_often"
    UNEVEN_BATCH = "uneven_batch"
    ACCURACY_OF = "accuracy_of"
    MODE_IS_TRAINING = "mode_is_training"
    # Why a check was not made, or is not charged.
    DEPENDS = "depends"
    CHARGED_TO = "charged_to"
    SAME_CONVENTION = "same_convention"
    EXCUSED = "excused"
    HANDED_OUT = "handed_out"
    NO_CASES = "no_cases"
    WRONG_EVERYWHERE = "wrong_everywhere"
    LACKS_VALUES = "lacks_values"
    NOTHING = "nothing"
    RIGHT_GRADIENTS = "right_gradients"
    UNSETTLED_AFTER = "unsettled_after"
    UNSETTLED = "unsettled"
    UNNAMED = "unnamed"  # our own code failed as it looked for the mistake
    # What would give the very values of the submission, and what is told before that.
    EDITED = "edited"
    COMPOSED = "composed"
    MADE_OF = "made_of"
    CONCEPT = "concept"
    PLACE = "place"
    NUMBERS = "numbers"
    # Read from a document that holds no more than its words.
    TOLD = "told"


OF_THE_INTERFACE = frozenset(
    (
        *(Kind.MISSING, Kind.UNAVAILABLE, Kind.SIGNATURE, Kind.RETURNS, Kind.RETURNS_AS, Kind.HOLDS, Kind.PARAMETERS),
        *(Kind.UNFILLED, Kind.LACKS_GRADIENT, Kind.MADE_SHAPE, Kind.MADE_DTYPE, Kind.NO_DROPOUT_CALL),
        *(Kind.NO_LOSS_ASKED, Kind.GAVE, Kind.LEFT, Kind.CHANGES_SHAPE, Kind.IS, Kind.SHAPE, Kind.ONLY_ZEROS),
    )
)
OF_THE_CALL = frozenset((Kind.RAISED, Kind.EXITED, Kind.TIMED_OUT, Kind.DIED, Kind.LOST, Kind.NOT_BACK, Kind.UPSET))
FROM_OUTSIDE = OF_THE_INTERFACE - {Kind.SHAPE, Kind.ONLY_ZEROS} | {
    Kind.RAISED,
    Kind.EXITED,
    Kind.BARRED,
    Kind.DECLINED,
    Kind.HARNESS,
}  # of which a worker may tell
MEASURED = frozenset((Kind.VALUES, Kind.DIFFERENCE))  # expected, got and error are of one element; none is in the words
OF_SHAPES = frozenset((Kind.SHAPE, Kind.NO_ARRAY, Kind.IS, Kind.MADE_SHAPE, Kind.STARTS_IN_SHAPE))  # digits and all

MEASURED_BY_CHANCE = frozenset((Kind.STARTS_AROUND, Kind.STARTS_WITH_DEVIATION))  # of values that are drawn


@dataclass(frozen=True)
class Thing:
    """A value that is not what was expected, seen without calling its code.

    Args:
        kind: ``nothing`` (None and its like), ``array``, ``large_array``, ``sequence``, ``text``, ``count``, ``other``.
        type: the name of its type, or of nothing (``None``); of a count what is counted.
    """

    kind: str
    type: str = ""
    dtype: str = ""
    shape: tuple[int, ...] = ()
    length: int = 0


@dataclass(frozen=True)
class Raised:
    """An exception of the submission: its type and words, the line of its own that raised it, and what may help."""

    type: str
    text: str = ""
    file: str = ""
    line: int | None = None
    unfilled: str = ""  # none: something is still None there; todo: it looks unfilled; at_once: it does nothing before
    advice: str = ""

    @property
    def told(self) -> str:
        """As Python has it: ``ValueError: too many``."""
        return f"{self.type}: {self.text}" if self.text else self.type

    @property
    def sort(self) -> "Raised":
        """What two exceptions for one reason have in common, whoever worded them; a stub has nothing with any other."""
        return Raised(self.type, unfilled=self.unfilled if self.unfilled in ("todo", "at_once") else "")


@dataclass(frozen=True)
class Finding:
    """One fact.

    Args:
        kind: what it says.
        contract: the one that it is about, where that is another than the one that is judged.
        check: the check that found it, or, of what is not charged, the one that is.
        function: of the submission.
        observation: the value that it is about.
        case: the id of the smallest case that shows it.
        expected: the value that is right, a shape, a dtype, or what was meant.
        got: the same of the submission.
        error: how far off it is.
        exception: what was raised.
        secret: the facts that would tell a case's own values.
        facts: what else its sentence needs, by name.
    """

    kind: Kind
    contract: str = ""
    check: str = ""
    function: str = ""
    observation: str = ""
    case: str = ""
    expected: Any = None
    got: Any = None
    error: Any = None
    exception: Raised | None = None
    secret: tuple[str, ...] = ()
    facts: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, name: str) -> Any:
        """A fact. Raises KeyError if there is none of that name."""
        return dict(self.facts)[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A fact, or the default."""
        return dict(self.facts).get(name, default)

    def having(self, **facts: Any) -> "Finding":
        """The same with further facts."""
        return replace(self, facts=tuple({**dict(self.facts), **facts}.items()))

    def on(self, case: str, setting: str) -> "Finding":
        """The same, as seen on a case: its id and what it is made of."""
        return replace(self, case=case, facts=tuple({**dict(self.facts), "setting": setting}.items()))

    @property
    def subject(self) -> str:
        """The value or function that it is about."""
        return self.function or self.observation

    @property
    def claim(self) -> "Finding":
        """What it says, whatever case shows it."""
        facts = tuple((name, value) for name, value in self.facts if name not in ("setting", "element"))
        plain = replace(self, case="", check="", secret=(), facts=facts)
        return replace(plain, expected=None, got=None, error=None) if self.kind in MEASURED else plain

    @property
    def kin(self) -> "Finding":
        """What it says without what chance, the case or the words of an exception put into it.

        Shapes stay: they are the same in the same case, whoever gives them.
        """
        if self.exception is not None:
            kept = tuple((name, value) for name, value in self.claim.facts if name == "again")
            return replace(self.claim, exception=self.exception.sort, facts=kept)
        if self.kind in OF_SHAPES:
            return self.claim
        facts = tuple((name, _aside(value)) for name, value in self.claim.facts if name not in BY_CHANCE)
        return replace(
            self.claim,
            observation=DIGITS.sub("#", self.observation),
            function=DIGITS.sub("#", self.function),
            expected=_aside(self.expected),
            got=_aside(self.got),
            facts=facts,
        )


def found(kind: Kind, **fields: Any) -> Finding:
    """A finding; what is no field of it is one of its facts."""
    own = {name: fields.pop(name) for name in Finding.__dataclass_fields__ if name in fields}
    return Finding(kind, **own, facts=tuple(fields.items()))


def _aside(value: Any) -> Any:
    """A value without its numbers."""
    if isinstance(value, str):
        return DIGITS.sub("#", value)
    if isinstance(value, Thing):
        return value if value.shape else replace(value, length=0)
    return value if isinstance(value, bool) else None
