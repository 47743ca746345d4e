"""Why a submission cannot be judged at all, by what its process did."""

from gradproof.conformance.errors import SubmissionUnusable
from gradproof.conformance.spec.words.said import say

NOT_READY = say("the child process ended before it could load anything; run 'gradproof doctor'")
IMPORT_IS_LONG = (
    "{file}: importing it took longer than {seconds:.0f} s; code that runs on import belongs under "
    "if __name__ == '__main__'"
)
IMPORT_ENDS = "{file}: importing it ended the process; code that runs on import belongs under if __name__ == '__main__'"
IMPORT_UPSETS = (
    "{file}: gradproof's own code fails in its process once it is imported; does it change what all code uses, such as "
    "len or json.dumps?"
)
OFTEN = "its process was stopped {stops} times, the last time in {function}"
MESSAGES = (IMPORT_IS_LONG, IMPORT_ENDS, IMPORT_UPSETS, OFTEN)


def import_is_long(file: str, seconds: float) -> SubmissionUnusable:
    """It did not end."""
    return SubmissionUnusable(say(IMPORT_IS_LONG, file=file, seconds=seconds))


def import_ends(file: str) -> SubmissionUnusable:
    """It ended everything."""
    return SubmissionUnusable(say(IMPORT_ENDS, file=file))


def import_upsets(file: str) -> SubmissionUnusable:
    """It left our own code there unable to answer."""
    return SubmissionUnusable(say(IMPORT_UPSETS, file=file))


def stopped_often(stops: int, function: str) -> SubmissionUnusable:
    """Function after function hung or ended it."""
    return SubmissionUnusable(say(OFTEN, stops=stops, function=function))
