"""What stands inside the English sentences: values, ends of calls, and what facts mean."""

from collections.abc import Mapping

THINGS: Mapping[str, str] = {
    "nothing": "{type}; it looks unfilled",
    "array": "an array of dtype {dtype} with shape {shape}",
    "large_array": "an array of {length:,} elements with shape {shape}, too large to be right",
    "sequence": "a {type} of {length}",
    "text": "a string of {length} characters",
    "count": "{length} {type}",
    "other": "a {type}",
}

UNFILLED: Mapping[str, str] = {
    "": "",
    "none": "something is still None there",
    "todo": "it looks unfilled",
    "at_once": "nothing after that line is reached",
}

MEANT: Mapping[str, str] = {  # what was expected, where it is no value
    "dictionary": "a dictionary",
    "dictionary_of_arrays": "a dictionary of arrays",
    "numbers": "a list of numbers",
    "accuracies": "a list of accuracies",
}

SO_MANY: Mapping[str, str] = {  # the same, of which there are several
    "list_of_arrays": "a list of {count} arrays",
    "arrays_one_a_layer": "{count} arrays, one a layer",
    "losses_one_a_step": "{count} losses, one a step",
}

STATUS: Mapping[str, str] = {  # how a check ended
    "passed": "passed",
    "failed": "failed",
    "errored": "errored",
    "skipped": "skipped",
    "inconclusive": "inconclusive",
    "timed_out": "timed out",
    "broken": "broken",
}

PHRASES: Mapping[str, str] = {  # of facts
    "rows": "neighbouring rows",
    "columns": "neighbouring columns",
    "halves": "the two halves of the batch",
    "two_rows": "two rows",
    "two_columns": "two columns",
    "counted_rows": "the elements of a row (every row keeps the same number)",
    "counted_columns": "the elements of a column (every column keeps the same number)",
    "without_a_seed": "two calls without a seed",
    "with_different_seeds": "two calls with different seeds",
    "are_the_same": "are the same",
    "are_not_independent": "are not independent",
    "keep": "keep",
    "drop": "drop",
}
ENDS: Mapping[str, str] = {  # how a call did
    "late": "{function} did not return within {seconds:g} s",
    "stopped": "{function} was stopped: the submission's {seconds:g} s are up",
    "not_called": "{function} is not called: the submission's {seconds:g} s are up",
    "closed": "{function} closed its connection",
    "filled": "{function} wrote more than {most} MiB or {files:,} files, and was stopped",
    "exit": "{function} ended the process with exit code {code}",
    "upset": (
        "{function} left gradproof's own code in its process unable to go on, which proven code does not; does the "
        "submission change what all code uses, such as len or json.dumps?"
    ),
    "killed": "{function} was killed by {signal}",
    "broke": "{function} broke the connection: {reason}",
}

TOGETHER = "+"  # in a name, between mistakes that were made together
NOT_EXPLAINED = "What is wrong with {names} this does not explain."
BEFORE_AGAIN = "when it is called again, {sentence}"
IN_SO_MANY = "{sentence}, in {cases} of the cases"
SHARED = "{sentence}, in all cases with {name}={value} and in no other"
SHARED_DEFAULT = "{sentence}, in all cases that leave {name} to its default and in no other"
AT = "{told} ({file}, line {line})"
OWN_CLASS = "an exception of a class of its own"
BOTH = "{before} and {after}"
MEANT_BY = "did you mean it by {near!r}?"
MESSAGES = (
    *(*THINGS.values(), *UNFILLED.values(), *MEANT.values(), *SO_MANY.values(), *STATUS.values(), *PHRASES.values()),
    *(*ENDS.values(), BEFORE_AGAIN, IN_SO_MANY, SHARED, SHARED_DEFAULT, AT, OWN_CLASS, BOTH, MEANT_BY),
    NOT_EXPLAINED,
)
