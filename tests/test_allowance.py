"""What a submission may take of its judge: the clock that it pays, and the room for what it sends."""

from collections.abc import Callable

import pytest

from gradproof.conformance.harness.wire import WireError
from gradproof.conformance.sandbox.allowance import EACH, EVENTS, HEADERS, SLICE, SPARE, TIMES, Clock, Room, Stopped
from gradproof.conformance.spec.limits import Limits

LIMITS = Limits(case_seconds=2.0, submission_seconds=30.0)


class Times:
    """A clock of the wall and one of the work, which go on when the test says so."""

    def __init__(self) -> None:
        self.wall = self.work = 100.0
        self.clock = Clock(LIMITS, LIMITS.submission_seconds, lambda: self.wall, lambda: self.work)
        self.clock.allow(LIMITS.case_seconds, 64 * LIMITS.case_seconds)

    def silent(self, stopped: float = 0.0) -> Callable[[float], bytes | None]:
        """A child that sends nothing; the judge is stopped for some seconds beyond those that it waits."""

        def until(seconds: float) -> None:
            self.wall += seconds + stopped

        return until

    def answering(self, after: float) -> Callable[[float], bytes | None]:
        """A child that answers after so many seconds of waiting."""
        asked = [0.0]

        def until(seconds: float) -> bytes | None:
            asked[0] += seconds
            self.wall += seconds
            return b"answer" if asked[0] >= after else None

        return until


def test_who_is_silent_has_the_time_of_a_case() -> None:
    """And is late then; the waiting is paid for."""
    times = Times()
    with pytest.raises(Stopped) as late:
        times.clock.wait(times.silent())
    assert late.value.finding["how"] == "late"
    assert times.clock.seconds_left == pytest.approx(28)


def test_a_judge_that_was_stopped_does_not_make_an_honest_submission_late() -> None:
    """Ten seconds of SIGSTOP in the middle of a wait, of which two are the time of a case."""
    times = Times()
    steps = [times.silent(stopped=10.0), times.answering(0)]

    def until(seconds: float) -> bytes | None:
        return steps.pop(0)(seconds)

    assert times.clock.wait(until) == b"answer"
    assert times.clock.seconds_left == pytest.approx(30 - 2 * SLICE)


def test_a_judge_that_was_stopped_at_every_wait_still_ends_a_hang() -> None:
    """What is paid for is what was waited for."""
    times = Times()
    with pytest.raises(Stopped):
        times.clock.wait(times.silent(stopped=10.0))
    assert times.clock.seconds_left == pytest.approx(28)


def test_a_judge_that_is_stopped_between_two_waits_charges_nothing() -> None:
    """It does not work then, whatever the wall's clock says."""
    times = Times()
    with times.clock.charging():
        times.clock.wait(times.answering(0.5))
        times.wall += 10
        times.clock.wait(times.answering(0.5))
    assert times.clock.seconds_left == pytest.approx(29)


def test_what_the_judge_works_on_an_answer_is_paid_for() -> None:
    """By the next event's time, the request's and the submission's: a flood that is dear to read ends."""
    times = Times()

    def flood() -> None:
        for _ in range(10):
            times.clock.wait(times.answering(0))
            times.work += 1.0

    with times.clock.charging(), pytest.raises(Stopped):
        flood()
    assert times.clock.seconds_left == pytest.approx(30 - 2 - 2 * SLICE, abs=SLICE)


def test_what_the_judge_works_on_the_last_event_is_paid_for() -> None:
    """There is no next wait then."""
    times = Times()
    with times.clock.charging():
        times.clock.wait(times.answering(0.5))
        times.work += 3.0
    assert times.clock.seconds_left == pytest.approx(26.5)


def test_what_the_judge_does_between_requests_is_its_own() -> None:
    """Comparing, explaining, waiting for others."""
    times = Times()
    with times.clock.charging():
        times.clock.wait(times.answering(0.5))
    times.work += 100.0
    times.wall += 100.0
    with times.clock.charging():
        times.clock.wait(times.answering(0.5))
    assert times.clock.seconds_left == pytest.approx(29)


def test_an_event_renews_the_time_for_the_next_and_not_that_of_the_request() -> None:
    """One announcement after the other, without end, has an end."""
    times = Times()
    times.clock.allow(LIMITS.case_seconds, 3 * LIMITS.case_seconds)

    def drip() -> None:
        for _ in range(100):
            times.clock.wait(times.answering(1.0))
            times.clock.renew()

    with pytest.raises(Stopped):
        drip()
    assert times.clock.seconds_left == pytest.approx(24)


def test_events_without_end_are_refused() -> None:
    """However small each of them."""
    room = Room()
    room.ask(0)
    for _ in range(EVENTS):
        room.take(100, 0)
    with pytest.raises(WireError, match="more than 2,000 events"):
        room.take(100, 0)


def test_headers_without_end_are_refused() -> None:
    """Names, things and scripts have a bound for the whole request."""
    room = Room()
    room.ask(0)
    room.take(HEADERS // 2, 0)
    with pytest.raises(WireError, match="1 MiB that are no arrays"):
        room.take(HEADERS // 2, 0)


def test_a_new_request_has_new_events_and_headers() -> None:
    """What one took is not missing in the next."""
    room = Room()
    for _ in range(3):
        room.ask(0)
        room.take(HEADERS // 2, 0)


def test_the_room_for_arrays_is_that_of_all_requests_together() -> None:
    """And grows with what the cases hold, so that the judge's memory stays flat."""
    room = Room()
    each = EACH + TIMES * 1000
    for _ in range(SPARE // each):
        room.ask(1000)
        room.take(100, 2 * each)
    room.ask(1000)
    with pytest.raises(WireError, match="more than there is room for"):
        room.take(100, 3 * each)
