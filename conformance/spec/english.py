"""The sentences of findings, in English: one entry a kind. Another language is another such catalogue."""

from collections.abc import Iterator, Mapping
from typing import Any

from gradproof.conformance.spec import english_edits
from gradproof.conformance.spec import english_phrases as phrases
from gradproof.conformance.spec.asked.english_names import meaning_of
from gradproof.conformance.spec.findings import Finding, Kind, Raised, Thing
from gradproof.conformance.spec.hints import english as hints
from gradproof.conformance.spec.hints import formulas
from gradproof.conformance.spec.nearness import asked_after
from gradproof.conformance.spec.words import aged
from gradproof.conformance.spec.words.said import SENTENCES as ONE_AFTER_ANOTHER
from gradproof.conformance.spec.words.said import joined, say

ONE_BUG = "one bug is charged once"
WORK_ON_A_COPY = "work on a copy"

SENTENCES: Mapping[Kind, str] = {
    Kind.MISSING: "{function} is missing; expected {expected}",
    Kind.UNAVAILABLE: "{function} is not available: {reason}",
    Kind.SIGNATURE: "{function}{got} cannot be called as {expected}: {reason}",
    Kind.RETURNS: "{function} returned {got}, expected {count} values: {expected}",
    Kind.RETURNS_AS: "{function} returned {got} as {observation}, expected {expected}",
    Kind.HOLDS: "{function} has {got} as {observation}, expected {expected}",
    Kind.PARAMETERS: "{function} has params {got}; expected {expected}",
    Kind.UNFILLED: "{function} has no params and looks unfilled; expected {expected}",
    Kind.ONLY_ZEROS: "{function} gives 0 for everything, in all cases; it looks unfilled",
    Kind.LACKS_GRADIENT: "{function} gave no gradient {observation!r} in grads; expected one a parameter",
    Kind.MADE_SHAPE: "{function} made {observation} of shape {got}, expected {expected}",
    Kind.MADE_DTYPE: "{function} made {observation} in {got}, expected {expected}, the dtype that it was given",
    Kind.NO_DROPOUT_CALL: (
        "{function} does not call dropout_forward in training; expected one call after each hidden layer's relu"
    ),
    Kind.NO_LOSS_ASKED: "{function} asked the model for no loss, expected one a step",
    Kind.GAVE: "{function} gave {got} as {observation}, expected {expected}",
    Kind.LEFT: "{function} left {got} as {observation}, expected {expected}",
    Kind.CHANGES_SHAPE: "{observation} changes its shape from call to call",
    Kind.IS: "{observation} is {got}",
    Kind.RAISED: "{function} raised {exception}",
    Kind.EXITED: "{function} called sys.exit({got})",
    Kind.TIMED_OUT: phrases.ENDS["late"],
    Kind.DIED: phrases.ENDS["closed"],
    Kind.LOST: "{reason}",
    Kind.NOT_BACK: "{function}: {observation} did not come back from its process",
    Kind.DECLINED: "the adapter declines the case: {reason}",
    Kind.BARRED: "{function} is not called again: it hung or ended the process before",
    Kind.HARNESS: "gradproof itself failed, and nobody is charged for it: {exception}; please report this",
    Kind.UPSET: (
        "{function}: gradproof's own code fails around it ({exception}); look at what {function} returns, keeps "
        "and changes, and if all of that is right, please report this"
    ),
    Kind.NO_ARRAY: "{observation} is {got}; expected a numeric array",
    Kind.SHAPE: "{observation} has shape {got}, expected {expected}",
    Kind.DTYPE: "{observation} is {got} where the inputs are {expected}",
    Kind.VALUES: "{observations} differs from the reference in {wrong} of {compared} cases",
    Kind.DIFFERENCE: "{observation} is not the derivative of the submission's own {objective} by {inputs}",
    Kind.UNMOVED: (
        "{function} gives the {objective} of an earlier call where {inputs} alone is another; what is kept between "
        "calls must be found by all that it depends on"
    ),
    Kind.STALE: (
        "{observation} is the derivative of the submission's own {objective} by {inputs}, and no longer where the same "
        "shapes come with other values; what is kept between calls must be found by all that it depends on"
    ),
    Kind.NOT_REPEATED: "{observation} differs between two calls on the same inputs",
    Kind.OTHER_BITS: (
        "{observation} differs in its last bits between two calls on the same inputs, by no more than rounding; its "
        "order of summing may be that of a set (PYTHONHASHSEED is {hash_seed})"
    ),
    Kind.NUMERIC: (
        "{function} runs the forward {runs} times for a gradient of {size} numbers: that is numeric differentiation, "
        "which no training can afford; a formula gives the gradient at the price of one forward"
    ),
    Kind.DISTURBED: (
        "{observation} changes when the same function is called on other values in between, as a net with two such "
        "layers does; keep what the backward needs in the cache, and return arrays of your own"
    ),
    Kind.KEPT_BY_ARRAY: (
        "{function} gives the {observation} of before where the same arrays ({inputs}) hold other values, as in a loop "
        "that uses its arrays again; what is kept between calls must be found by values, not by an array or its id"
    ),
    Kind.WRITES_ARGUMENT: f"{{function}} writes to its argument {{observation}}; {WORK_ON_A_COPY}",
    Kind.WRITES_LATER: (
        "{observation}, an argument of {function}, is written to by a later call through the cache; " + WORK_ON_A_COPY
    ),
    Kind.PUTS_BACK: (
        "{function} writes to an argument and puts back what was there, which fails where others read it meanwhile, or "
        "where it may not be written to (a file in memory); " + WORK_ON_A_COPY
    ),
    Kind.WRITES_OPTION: "{function} writes {option!r} into {observation}, which belongs to the caller",
    Kind.SEEDS_GLOBAL: (
        "{function} seeds NumPy's global generator, and with it whatever else draws from it; use np.random.default_rng"
    ),
    Kind.DEPENDENT_MASKS: "the masks of {lines} are not independent; every element must be drawn on its own",
    Kind.KEEP_RATE: (
        "{kept} of {size} elements were kept ({rate:.1%}), expected about {keep:.0%} at p={p}, the probability to "
        "{convention} a unit"
    ),
    Kind.ALIKE_MASKS: "the masks of {calls} {same}; every call must draw a new one",
    Kind.SEED_IGNORED: "two calls with the same dropout_param['seed'] gave different masks",
    Kind.SAME_MASK_EACH_STEP: "every training step drops the same units; each draws its masks anew",
    Kind.FEW_MASKS: ("only {different} of {steps} training steps drop units of their own; each draws its masks anew"),
    Kind.PIXELS_DROPPED: "pixels of one channel are dropped on their own; a channel is kept or dropped as a whole",
    Kind.STARTS_IN_SHAPE: "{observation} starts in shape {got}, expected {expected}",
    Kind.STARTS_AT_OTHERS: "{observation} starts at other values than {expected:.0f}",
    Kind.STARTS_AT_ONE_VALUE: "{observation} starts at one value throughout, expected random ones",
    Kind.STARTS_WITH_SAME_COLUMNS: (
        "{observation} starts with columns that are the same, expected every unit to have weights of its own"
    ),
    Kind.STARTS_WITH_SAME_ROWS: (
        "{observation} starts with one and the same number for all weights of a unit, expected a random one for each"
    ),
    Kind.STARTS_AROUND: "{observation} starts at values around {got:.4f}, expected them around 0",
    Kind.STARTS_WITH_DEVIATION: (
        "{observation} starts with a standard deviation of {got:.4f}, expected {expected:.4f}"
    ),
    Kind.NOT_UNIFORM: "{observation} has values beyond {expected:.4f}, where uniform ones of that spread end",
    Kind.NOT_NORMAL: "{observation} has no value beyond {expected:.4f}, where normal ones of that spread do not end",
    Kind.DRAWN_ONCE: "{observation} is what the call before gave; every call must draw anew",
    Kind.PREDICTS_OTHERS: "predict gives {got} where the highest scores are of {expected}",
    Kind.NO_ACCURACY: "{observation} is empty; expected an accuracy an epoch",
    Kind.NOTED_BEFORE: "the accuracy of an epoch is noted before it; expected that after it",
    Kind.NOTED_AT_EVERY_BATCH: "an accuracy is noted after every batch; expected one an epoch",
    Kind.ACCURACY: "{observation} has {got:.3f} where every sample is classified rightly",
    Kind.LABELS_OF_OTHERS: "the batches pair samples with the labels of others",
    Kind.MODE_IS_TRAINING: "{function} takes mode {mode!r}, which it does not know, for training; raise ValueError",
    Kind.SAME_SAMPLES: "all batches are made of the same {used} samples, expected random ones",
    Kind.ENDS_EARLY: "the training ends after {got} steps, expected {expected}, the number that it is given",
    Kind.NEVER_DRAWN: "the last of the samples are in none of {expected} random batches, expected any of them",
    Kind.DECAYS_TOO_OFTEN: "the learning rate decays more often than once an epoch, which has several steps here",
    Kind.UNEVEN_BATCH: "a batch smaller than the others, as the last of an epoch is, counts as if it were as large",
    Kind.BATCH_AGAIN: "in every epoch one of the batches comes twice",
    Kind.FEW_SAMPLES: "only {used} of the {count} samples are ever trained on; every epoch goes through all of them",
    Kind.NOT_SHUFFLED: "the batches go through the samples in the order in which they are given, expected a random one",
    Kind.SAME_ORDER: "the samples come in the same order in every epoch; is a seed set in the loop?",
    Kind.ACCURACY_OF: "{observation} has {got:.3f} where {expected:.3f} of the validation samples are right",
    Kind.SETS_ERRORS: (
        "{function} changes NumPy's error handling (np.seterr) for everybody; use np.errstate around what needs it"
    ),
    Kind.REPLACES_SHARED: (
        "{function} puts something else in the place of {replaced}, for all code of its process; give what is meant a "
        "name of its own"
    ),
    Kind.DEPENDS: f"{{check}} {{status}}, and {ONE_BUG}",
    Kind.CHARGED_TO: "that is charged to {check}",
    Kind.SAME_CONVENTION: f"{{check}} failed by the same convention, and {ONE_BUG}",
    Kind.EXCUSED: f"{{check}} of {{contract}} {{status}}, on which it builds, and {ONE_BUG}",
    Kind.HANDED_OUT: "{check} {status}, in what the course handed out itself; it is charged to nobody",
    Kind.NO_CASES: "none of the cases drawn is for it",
    Kind.WRONG_EVERYWHERE: f"{{checks}} failed in every case that has it, and {ONE_BUG}",
    Kind.LACKS_VALUES: f"{{lacking}} of {{records}} cases lack a value, and {ONE_BUG}: {{because}}",
    Kind.NOTHING: "it gave nothing that could be judged",
    Kind.RIGHT_GRADIENTS: "{check} failed, while the gradients are those of the reference",
    Kind.UNSETTLED_AFTER: "{checks} failed, and where that is so the differences do not settle",
    Kind.UNSETTLED: "in none of {tried} cases did the differences settle: the forward is not smooth there",
    Kind.UNNAMED: "gradproof itself failed as it looked for the mistake behind this: {exception}; please report this",
    Kind.EDITED: english_edits.OF_ITS_OWN,
    **formulas.SENTENCES,
    Kind.CONCEPT: "{concept}",
    Kind.PLACE: "Your {observations} is wrong by one step. Look at {step}: {what}.",
    Kind.NUMBERS: "In the case {case}: {steps}.",
    Kind.TOLD: "{reason}",
}

OTHERWISE: Mapping[tuple[Kind, str], str] = {  # where one sentence does not do
    (Kind.VALUES, "several"): "{observations} differ from the reference in {wrong} of {compared} cases",
    (Kind.PLACE, "several"): "Your {observations} are wrong by one step. Look at {step}: {what}.",
    (Kind.STALE, "held"): (
        "{observation} is the derivative of the submission's own {objective} by {inputs}, and no longer where the same "
        "{held} comes with other values of the rest; what is kept between calls must be found by all that it depends on"
    ),
    (Kind.HARNESS, "beside"): (
        "gradproof itself failed, and nobody is charged for it: {exception}, beside {function}; please report this"
    ),
    (Kind.UPSET, "tried"): (
        "{function}: gradproof's own code fails around it ({exception}), which it does not around proven code; look at "
        "what {function} returns, keeps and changes, and if all of that is right, please report this"
    ),
    (Kind.NOT_REPEATED, "seed"): "{observation} differs between two calls on the same inputs with the same seed {seed}",
}
MESSAGES = (*SENTENCES.values(), *OTHERWISE.values(), *phrases.MESSAGES)


def thing(value: Thing) -> str:
    """A value in a few words."""
    return say(phrases.THINGS[value.kind], type=value.type, dtype=value.dtype, shape=value.shape, length=value.length)


def exception(value: Raised) -> str:
    """Type, words, place, and what may help."""
    what = say(phrases.OWN_CLASS) if value.told == phrases.OWN_CLASS else value.told
    told = say(phrases.AT, told=what, file=value.file, line=value.line) if value.file else what
    advice = say(value.advice) if value.advice in aged.MESSAGES else value.advice
    return joined(ONE_AFTER_ANOTHER, (told, say(phrases.UNFILLED[value.unfilled]), advice))


def sentence(finding: Finding) -> str:
    """What a finding says."""
    facts = {
        **{name: getattr(finding, name) for name in ("function", "observation", "check", "contract")},
        **dict(finding.facts),
        "expected": finding.expected,
        "got": finding.got,
        "exception": finding.exception,
    }
    words: str = say(_template(finding, facts), **{**facts, **_said(finding), **_phrased(facts)})
    words = joined(ONE_AFTER_ANOTHER, (_narrowed(words, finding), *_besides(finding)))
    words = say(phrases.BEFORE_AGAIN, sentence=words) if finding.get("again") else words
    cases = finding.get("cases")
    return say(phrases.IN_SO_MANY, sentence=words, cases=cases) if cases else words


def _template(finding: Finding, facts: Mapping[str, Any]) -> str:
    match finding.kind:
        case Kind.TIMED_OUT | Kind.DIED:
            return phrases.ENDS[facts["how"]]
        case Kind.EDITED:
            return english_edits.template(facts)
        case Kind.COMPOSED | Kind.MADE_OF:
            return formulas.template(finding.kind, facts)
        case Kind.VALUES | Kind.PLACE:
            how = "several" if len(facts["names"]) > 1 else ""
        case Kind.HARNESS:
            how = "beside" if finding.function else ""
        case Kind.STALE:
            how = "held" if facts["held"] else ""
        case Kind.UPSET:
            how = "tried" if facts["tried"] else ""
        case Kind.NOT_REPEATED:
            how = "" if facts["seed"] is None else "seed"
        case _:
            how = ""
    return OTHERWISE.get((finding.kind, how), SENTENCES[finding.kind])


def _phrased(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that are no plain values, in words."""
    words: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, Thing):
            words[name] = thing(value)
        elif isinstance(value, Raised):
            words[name] = exception(value)
        elif isinstance(value, Finding):
            words[name] = sentence(value)
        elif name == "status":
            words[name] = say(phrases.STATUS[value]) if value in phrases.STATUS else value
        elif name in ("lines", "calls", "same", "convention"):
            words[name] = say(phrases.PHRASES[value]) if value in phrases.PHRASES else value
    return words


def _said(finding: Finding) -> dict[str, Any]:
    """What a sentence needs that follows from the facts."""
    facts = dict(finding.facts)
    match finding.kind:
        case Kind.VALUES:
            return {"observations": ", ".join(facts["names"])}
        case Kind.EDITED:
            return english_edits.words(facts)
        case Kind.CONCEPT | Kind.PLACE | Kind.NUMBERS | Kind.MADE_OF:
            return hints.words(finding)
        case Kind.WRONG_EVERYWHERE | Kind.UNSETTLED_AFTER:
            return {"checks": joined(phrases.BOTH, facts["checks"])}
        case Kind.RETURNS_AS | Kind.HOLDS | Kind.GAVE | Kind.LEFT:
            return {"expected": _meant(finding.expected, facts.get("count"))}
        case Kind.RETURNS | Kind.UNFILLED | Kind.PARAMETERS:
            got = {"got": ", ".join(finding.got)} if isinstance(finding.got, tuple) else {}
            return {"expected": ", ".join(finding.expected), **got}
    return {}


def _narrowed(words: str, finding: Finding) -> str:
    """What the failing cases have in common and no other has."""
    if finding.get("shared") is None:
        return words
    name, value = finding["shared"]
    return say(phrases.SHARED_DEFAULT if value is None else phrases.SHARED, sentence=words, name=name, value=value)


def _besides(finding: Finding) -> Iterator[str]:
    """What stands after the sentence: what an observation is, what was probably meant."""
    match finding.kind:
        case Kind.VALUES:
            yield from map(meaning_of, finding["names"])
        case Kind.PARAMETERS:
            yield asked_after(finding.got, finding.expected)
        case Kind.LACKS_GRADIENT if finding["near"]:
            yield say(phrases.MEANT_BY, near=finding["near"])


def _meant(what: str, count: int | None) -> str:
    return say(phrases.MEANT[what]) if what in phrases.MEANT else say(phrases.SO_MANY[what], count=count)
