"""Check of Exercise 01.3: allowed questions only, and the right bit, whoever is asked for."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.attacks import query_control
from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case

LEAST, FEWEST = 10, 40  # people in a group, and people there are


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw people at both ends and in between, with either bit, among few and many others."""
    asked: list[Case] = []
    for n_people in (FEWEST, 41, 42, 43, 67, 100, 256, 257):
        edges = (1, n_people // 3, n_people // 2, 2 * n_people // 3, n_people - 2)
        others = rng.integers(n_people, size=1).tolist()
        for person in {0, n_people - 1, cases.one_of(rng, edges), *others}:
            bit = cases.one_of(rng, (0, 1))
            unlike = np.full(n_people, 1 - bit)  # anybody else's bit is the wrong one
            unlike[person] = bit
            asked.append({"secret": unlike, "person": int(person), "n_people": n_people})
            for bit in rng.permutation([0, 1]).tolist():
                ill = cases.one_of(rng, (0, 43, 43, 43, 88, 100)) / 100
                secret = (rng.random(n_people) < ill).astype(np.int64)
                secret[person] = bit
                asked.append({"secret": secret, "person": int(person), "n_people": n_people})
    return asked


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """No refusal, not even one that was caught, and the person's own bit."""
    refusals: list[Found] = []

    def asking(one: Attempt, case: Case) -> float:
        return _ask(one, refusals if one is attempt else [], **case)

    found = by_numbers(
        attempt,
        ask(rng),
        right=lambda secret, person, n_people: int(secret[person]),
        mistakes=MISTAKES,
        rng=rng,
        ask=asking,
        fits=lambda case, got, bit: abs(got - bit) < (1e-5 if attempt.single else 1e-6),
        words=_which_value,
    )
    if found is not None and found.code == "remembers" and refusals:
        return refusals[0]  # groups of chance, which are refused now and then
    return found


def _ask(attempt: Attempt, refusals: list[Found], **case: Any) -> float:
    """Let it ask a fresh gatekeeper, and look at what was asked before what was returned."""
    gate, results = _Watched(case["secret"]), []

    def call() -> None:
        known = {"person": case["person"], "n_people": case["n_people"]}
        results.append(attempt.value(_bit, gate.ask, **known))

    end = attempt.ending(call)
    if gate.refusal:
        refusals.append(_refused(gate))
        raise Ended(refusals[-1])
    if end is not None:
        raise Ended(end)
    if not gate.answered:
        raise Ended(Found("nothing_asked"))
    if not np.isfinite(float(results[0])):
        raise Ended(Found("not_finite"))
    return float(results[0])


def _bit(value: Any) -> Any:
    """A number; True and False are as good as 1 and 0."""
    try:
        return kinds.flag(value)
    except kinds.WrongKind:
        return kinds.number(value)


class _Watched:
    """A fresh gatekeeper that counts what it answered, and keeps why it refused."""

    def __init__(self, secret: NDArray[np.int64]) -> None:
        self._ask = query_control.gatekeeper(secret, least=LEAST)
        self.answered, self.refusal, self.left_out = 0, "", 0

    def ask(self, group: ArrayLike) -> int:
        """Answer as the gatekeeper does."""
        try:
            count = self._ask(group)  # type: ignore[arg-type]
        except ValueError as reason:
            self.refusal, self.left_out = str(reason), int((~np.array(group, dtype=bool)).sum())
            raise
        self.answered += 1
        return count


def _refused(gate: _Watched) -> Found:
    if "boolean array" in gate.refusal:
        code = "not_a_mask"
    elif "hold" in gate.refusal:
        code = "too_small"
    else:
        code = "near_everybody" if gate.left_out < LEAST else "too_similar"
    return Found(code, f"The gatekeeper said: {gate.refusal}.")


def _which_value(case: Case, got: float, bit: int) -> str:
    if got in (0, 1):
        return ", which is not the bit of that person."
    if abs(got - bit / 2) < 1e-6:
        return ", half of a bit: is the person in one of the other groups as well?"
    if abs(got - 2 * bit) < 1e-6:
        return ", twice the bit of that person; for others it comes out once."
    return ", and a bit is 0 or 1. Do all others cancel, and is the person left once?"


Combine = Callable[[float, float, float], float]
Groups = Callable[[int, int], tuple[NDArray[np.bool_], NDArray[np.bool_]]]


def _thirds(person: int, n_people: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    others = np.delete(np.arange(n_people), person)
    return _masks(np.array_split(others, 3), n_people)


def _masks(parts: Any, n_people: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    everybody = np.arange(n_people)
    return np.isin(everybody, parts[0]), np.isin(everybody, parts[1])


def _asking(
    combine: Combine,
    *,
    groups: Groups = _thirds,
    whom: Callable[[int, int], int] = lambda person, n_people: person,
    average: bool = False,
) -> Any:
    """Make a wrong function: how it combines the three answers, for which U and V, and for whom."""

    def wrong(ask: Any, *, person: int, n_people: int) -> float:
        target = whom(person, n_people)
        t, (u, v) = np.arange(n_people) == target, groups(target, n_people)
        three = [ask(one) / (one.sum() if average else 1) for one in (t | u, t | v, u | v)]
        return combine(*three)

    return wrong


def _usual(tu: float, tv: float, uv: float) -> float:
    return (tu + tv - uv) / 2


def _divided_by(number: float) -> Any:
    return _asking(lambda tu, tv, uv: (tu + tv - uv) / number)


def _among_all(person: int, n_people: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return _masks(np.array_split(np.arange(n_people), 3), n_people)


def _overlapping(person: int, n_people: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    blocks = np.array_split(np.delete(np.arange(n_people), person), 4)
    return _masks([np.r_[blocks[0], blocks[1]], np.r_[blocks[1], blocks[2]]], n_people)


MISTAKES = {
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
        "With and without the person: this is the differencing of lesson 00. The gatekeeper refuses the "
        "second of two such groups, and the same group a second time.",
    ),
    "nothing_asked": Mistake(
        "Your function asks nothing.",
        "The bit is in the answers of `ask`, and nowhere else.",
        made_by=(lambda ask, *, person, n_people: person % 2,),
    ),
    "always_the_same": Mistake(
        "You give the same number for everybody.",
        "The person must be in some of the groups; and integer division of 1 by 2 gives 0.",
        made_by=(
            _asking(lambda tu, tv, uv: (tu + tv - uv) // 2 // 2),
            _asking(lambda tu, tv, uv: 1 + 0 * uv),
        ),
    ),
    "twice": Mistake(
        "Nearly: those with the disease come out as 2.",
        "The person was counted in two groups, so the sum holds the bit twice (01.ii).",
        made_by=(_asking(lambda tu, tv, uv: tu + tv - uv),),
    ),
    "scaled": Mistake(
        "The others cancel, but those with the disease do not come out as 1.",
        "How often is the person left in the sum? Divide by that: by 2 in (01.ii), by 1 if the person is "
        "in one group only.",
        made_by=tuple(map(_divided_by, (4, 3, 6, 1.5, 10))),
    ),
    "of_somebody_else": Mistake(
        "You find a bit, but it is not always that of the person.",
        "Somebody else was asked for, or an index is off by one.",
        made_by=(
            _asking(_usual, whom=lambda person, n_people: (person + 1) % n_people),
            _asking(_usual, whom=lambda person, n_people: person - 1 if person else n_people - 1),
            _asking(_usual, whom=lambda person, n_people: 0),
            _asking(_usual, whom=lambda person, n_people: n_people - 1 - person),
        ),
    ),
    "opposite": Mistake(
        "You give 0 for those with the disease and 1 for the others.",
        "You turn the bit round at the end.",
        made_by=(_asking(lambda tu, tv, uv: 1 - (tu + tv - uv) / 2),),
    ),
    "sign_lost": Mistake(
        "Those with the disease come out below 0: what do you subtract from what?",
        "The group without the person is the one to subtract.",
        made_by=(
            _asking(lambda tu, tv, uv: (uv - tu - tv) / 2),
            _asking(lambda tu, tv, uv: uv - tu - tv),
        ),
    ),
    "person_in_a_crowd": Mistake(
        "Right for some people; for others you find half of the bit.",
        "You left the person in U or in V, so the group that you subtract holds the person as well. "
        "Divide the *others* into parts.",
        made_by=(_asking(_usual, groups=_among_all),),
    ),
    "others_remain": Mistake(
        "Other people are left in your result.",
        "Everybody but the person must cancel: U and V without common members, each once with a "
        "plus and once with a minus.",
        made_by=(
            _asking(lambda tu, tv, uv: tu - tv),
            _asking(lambda tu, tv, uv: tu + tv),
            _asking(_usual, groups=_overlapping),
            _asking(_usual, average=True),
        ),
    ),
}

ask_around = Exercise(
    number="01.3",
    name="ask_around",
    reference=query_control.ask_around,
    examine=examine,
    takeaway="Each answer was allowed. Together, the three give the answer that the gatekeeper refuses.",
    hints=(
        "Draw three circles: the person with a group U, the person with another group V, and U and V "
        "together.",
        "Which of the three answers do you add, which do you subtract, so that U and V cancel? How often "
        "is the person left?",
        "First take the person out of the list of all people, then cut the rest into three parts. Why "
        "three and not two? Think of the total, which is public.",
    ),
    mistakes=MISTAKES,
)
