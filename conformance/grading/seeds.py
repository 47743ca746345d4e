"""Which cases a submission is asked: those of the class, or secret ones of its own."""

import hashlib
import hmac

from gradproof.conformance.errors import UsageError

KEY_VARIABLE = "GRADPROOF_KEY"
LEAST_KEY = 16  # characters


def own_seed(key: str, submission: str) -> int:
    """The suite seed of one submission: 31 bits of HMAC-SHA256(key, name), which nobody without the key knows."""
    mac = hmac.new(key.encode(), submission.encode(errors="surrogateescape"), hashlib.sha256).digest()
    return int.from_bytes(mac[:4], "big") >> 1


def require_key(key: str | None) -> str:
    """The master key of an assignment with secret cases for each submission. Raises UsageError if it is no secret."""
    if key is None or len(key) < LEAST_KEY:
        raise UsageError(
            f"the assignment draws secret cases for each submission: set {KEY_VARIABLE} to {LEAST_KEY} characters or "
            "more that nobody knows, the same ones on every run"
        )
    return key


def fingerprint(text: str) -> str:
    """A few digits by which the same text is known again, and from which it cannot be told."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
