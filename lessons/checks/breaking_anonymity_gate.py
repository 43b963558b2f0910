"""Check of lesson 01's way around the gatekeeper: allowed questions only, and the right bit."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.query_control import gatekeeper

LEAST = 10
CASES = ((40, 0), (40, 39), (67, 13), (53, 27), (100, 76))  # (n_people, person)


class _Watched:
    """A fresh gatekeeper that keeps what was asked, and why it refused."""

    def __init__(self, secret: NDArray[np.int64]) -> None:
        self._ask = gatekeeper(secret, least=LEAST)
        self.answered: list[NDArray[np.bool_]] = []
        self.refusal, self.left_out = "", 0  # why, and how many people the refused group leaves out

    def ask(self, group: ArrayLike) -> int:
        """Answer as the gatekeeper does."""
        try:
            count = self._ask(group)  # type: ignore[arg-type]
        except ValueError as reason:
            self.refusal, self.left_out = str(reason), int((~np.array(group, dtype=bool)).sum())
            raise
        self.answered.append(np.array(group))
        return count


def examine_ask_around(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """For several people, sizes and secrets: no refusal, and the person's own bit."""
    results, asked = [], False
    for n_people, person in CASES:
        for bit in (1, 0):
            secret = rng.integers(0, 2, size=n_people)
            secret[person] = bit
            gate = _Watched(secret)
            where = {"person": person, "n_people": n_people}
            attempt.refuses(gate.ask, **where)
            if gate.refusal:  # also one that the function has caught
                return _refused(gate)
            asked |= bool(gate.answered)
            results.append((_number(attempt, secret, where), bit))
    if all(abs(value - bit) < 1e-6 for value, bit in results):
        return None
    return _which_value(results) if asked else Found("nothing_asked")


def _number(attempt: Attempt, secret: NDArray[np.int64], where: dict[str, int]) -> float:
    """The answer as a number; True and False are as good as 1 and 0."""
    result = attempt(_Watched(secret).ask, **where)
    if isinstance(result, bool | np.bool_):
        return float(result)
    return attempt.number(_Watched(secret).ask, **where)


def _refused(gate: _Watched) -> Found:
    if "boolean array" in gate.refusal:
        return Found("not_a_mask", f"The gatekeeper said: {gate.refusal}.")
    if "at least" in gate.refusal and "hold" in gate.refusal:
        return Found("too_small", f"The gatekeeper said: {gate.refusal}.")
    if gate.left_out < LEAST:
        return Found("near_everybody", f"The gatekeeper said: {gate.refusal}.")
    return Found("too_similar", f"The gatekeeper said: {gate.refusal}.")


def _which_value(results: list[tuple[float, int]]) -> Found:
    values, bits = np.array(results, dtype=float).T
    if np.ptp(values) == 0:
        return Found("always_the_same")
    if np.abs(values - (1 - bits)).max() < 1e-6:
        return Found("opposite")
    if np.abs(values - values[0] * bits).max() < 1e-6:  # the same multiple of the bit for everybody
        return Found("sign_lost" if values[0] < 0 else _multiple(values[0]))
    if np.isin(values.round(6), (0, 1)).all():
        return Found("of_somebody_else")
    halves = np.abs(values - bits / 2) < 1e-6
    whole = np.abs(values - bits) < 1e-6
    if (whole | halves).all():
        return Found("person_in_a_crowd")
    if (whole | (np.abs(values - 2 * bits) < 1e-6)).all():
        return Found("for_some_only")
    return Found("others_remain", f"For somebody with bit 1 it gave {values[0]:g}.")


def _multiple(factor: float) -> str:
    return "twice" if abs(factor - 2) < 1e-6 else "scaled"


GATE_MISTAKES = {
    "not_a_mask": Mistake(
        "A group is a boolean array with one entry for each person.",
        "A list of people, or an array of another length: build the mask from n_people.",
    ),
    "too_small": Mistake(
        "You asked about a group that is too small.",
        "Asking for the person directly is what the gatekeeper is there to stop.",
    ),
    "near_everybody": Mistake(
        "You asked about nearly everybody, and the total is public already.",
        "All but one, or all but a few: subtracted from the total, that is a small group.",
    ),
    "too_similar": Mistake(
        "You asked about two groups that are nearly the same.",
        "With and without the person: plain differencing, as in lesson 00. Each of the two answers "
        "may pass, their difference may not.",
    ),
    "nothing_asked": Mistake(
        "Your function asks nothing.",
        "The bit is in the answers of `ask`, and nowhere else.",
    ),
    "always_the_same": Mistake(
        "You give the same number for everybody.",
        "The person must be in some of the groups; and integer division of 1 by 2 gives 0.",
    ),
    "twice": Mistake(
        "Nearly: those with the disease come out as 2.",
        "The person was counted in two groups, so the sum holds the bit twice (01.2).",
    ),
    "scaled": Mistake(
        "The others cancel, but those with the disease do not come out as 1.",
        "Divide by as many times as the person is left in the sum: twice in (01.2), once if the person "
        "is in one group only.",
    ),
    "of_somebody_else": Mistake(
        "You find a bit, but it is not always that of the person.",
        "Somebody else was asked for, or an index is off by one.",
    ),
    "opposite": Mistake(
        "You give 0 for those with the disease and 1 for the others.",
        "The bit is turned round at the end.",
    ),
    "sign_lost": Mistake(
        "The right size with a minus sign: what do you subtract from what?",
        "The group without the person is the one to subtract.",
    ),
    "person_in_a_crowd": Mistake(
        "Right for some people; for others you find half of the bit.",
        "The person stood in U or in V as well, and is then also in the group that is subtracted. "
        "Divide the *others* into parts.",
    ),
    "for_some_only": Mistake(
        "Right for some people, twice the bit for others.",
        "What is divided by two must not depend on where the person stands.",
    ),
    "others_remain": Mistake(
        "Other people are left in your result.",
        "Everybody but the person must cancel: U and V without common members, each once with a "
        "plus and once with a minus.",
    ),
}
