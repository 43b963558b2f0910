"""Check of Exercise 11.2: averaged over all that the coins can do, the estimate is the true share."""

from collections.abc import Callable
from itertools import product

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown
from lessons.dp import randomized_response as lesson

MOST_TOLD = 3  # students whose coins are enumerated in words


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw all counts of tiny classes, and classes of every size, each with a p of its own."""
    small = [(n, ones) for n in (1, 2, 3) for ones in range(n + 1)]
    sizes = cases.sizes(rng, own=200, at_least=4)
    large = [(n, ones) for n in sizes for ones in (0, n, int(rng.integers(n + 1)))]
    shares = (rng.random(), cases.between(rng, 0.6, 0.9))  # many ones are beyond 16 bits
    huge = [(n, int(share * n)) for n in (1000, 70_000) for share in shares]
    near = cases.spread(rng, 5e-3, 0.04)
    coins = [*rng.uniform(0.52, 0.98, 4).tolist(), 0.5 + near, 1 - near]  # each p for several cases
    asked = [
        {
            "responses": rng.permutation((np.arange(n) < ones).astype(np.int64)),
            "probability": coins[cases.one_of(rng, range(len(coins)))],
        }
        for n, ones in [*small, *large, *huge]
    ]
    some = next(case for case in asked if len(case["responses"]) == 200)
    return [*asked, *({**some, "probability": p} for p in coins)]  # the same answers, every coin


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the only unbiased estimate; tell the bias in a small class that fails."""

    def fits(case: Case, got: float, truth: float) -> bool:
        step = 2 * case["probability"] - 1  # dividing by it enlarges what rounding does
        return bool(abs(got - truth) <= (2e-6 / step**2 if attempt.single else 1e-13 / step))

    def words(case: Case, got: float, truth: float) -> str:
        off = abs(got - truth)
        if off < 1e-3 * max(abs(truth), 0.1):
            return f": nearly right, but off by {off:.1g}. Is something rounded on the way?"
        p, people = case["probability"], len(case["responses"])
        if people <= MOST_TOLD and (said := _bias(attempt, people, p)):
            return f". {said}"
        ones = f" ({int(case['responses'].sum())} of the {people} answers are ones)"
        return f"{ones}, which is too {'large' if got > truth else 'small'}."

    return by_numbers(
        attempt,
        ask(rng),
        right=lesson.debias,
        mistakes=MISTAKES,
        rng=rng,
        fits=fits,
        words=words,
    )


def _bias(attempt: Attempt, people: int, p: float) -> str:
    """Enumerate all outputs of a few people: "" when the estimate is right on average, else words."""
    outputs = [np.array(one) for one in product((0, 1), repeat=people)]
    try:
        estimates = np.array([attempt.number(one, probability=p) for one in outputs])
    except Ended:
        return ""
    for data, row in lesson.response_table(people, probability=p).items():
        average, truth = float(row @ estimates), float(np.mean(data))
        if abs(average - truth) > 1e-9:
            return (
                f"On average over all that the coins can do, students with bits {list(data)} (a "
                f"share of {shown(truth)}) get {shown(round(average, 9))}."
            )
    return ""


def _of(estimate: Callable[[float, float, int], float]) -> Callable[..., float]:
    """Make a wrong function from ``estimate(mean of the responses, p, number of people)``."""
    return lambda responses, *, probability: estimate(responses.mean(), probability, len(responses))


def _right(m: float, p: float) -> float:
    return (m - (1 - p)) / (2 * p - 1)


MISTAKES = {
    "no_correction": Mistake(
        "This is the share of 'yes' among the answers, lies included.",
        "The flips pull the share towards 1/2: with s = 0 there are still about (1−p)·n ones.",
        made_by=(_of(lambda m, p, n: m),),
    ),
    "not_divided": Mistake(
        "You have taken away what the zeros contribute, but the result is still too small in size.",
        "mean − (1−p) is s·(2p−1) on average: the last step of solving for s is missing.",
        made_by=(_of(lambda m, p, n: m - (1 - p)),),
    ),
    "only_divided": Mistake(
        "In a class without a single one, your estimate would not be 0 on average.",
        "mean/(2p−1) forgets that flipped zeros look like ones: subtract 1−p first. mean/p corrects "
        "for ones that were flipped away, but not for zeros that were flipped in.",
        made_by=(_of(lambda m, p, n: m / (2 * p - 1)), _of(lambda m, p, n: m / p)),
    ),
    "centre_not_moved_back": Mistake(
        "In a class that is half ones, your estimate would be 0 on average.",
        "You measure the distance from 1/2 and stretch it rightly; then it must be put back on 1/2.",
        made_by=(_of(lambda m, p, n: (m - 0.5) / (2 * p - 1)),),
    ),
    "coin_applied_again": Mistake(
        "You applied the coin a second time instead of undoing it.",
        "m·p + (1−m)·(1−p) goes from a true share to the expected share of 'yes'; the exercise "
        "asks for the way back.",
        made_by=(_of(lambda m, p, n: m * p + (1 - m) * (1 - p)),),
    ),
    "divided_by_p": Mistake(
        "In a class of ones only, your estimate would not be 1 on average.",
        "Divided by p: but a change of s moves the mean by 2p−1, not by p, because ones that are "
        "flipped also go missing.",
        made_by=(_of(lambda m, p, n: (m - (1 - p)) / p),),
    ),
    "other_design": Mistake(
        "This undoes another coin: truth with p, else a fair coin.",
        "In that design the mean is p·s + (1−p)/2; here a person is flipped, not drawn anew.",
        made_by=(_of(lambda m, p, n: (m - (1 - p) / 2) / p),),
    ),
    "share_of_zeros": Mistake(
        "Your estimate falls when more people say yes.",
        "p and 1−p have changed places, which gives the share of zeros, 1 − s.",
        made_by=(_of(lambda m, p, n: 1 - _right(m, p)),),
    ),
    "fixed_three_quarters": Mistake(
        "Your correction, or a part of it, is the one for p = 3/4, whatever p was used.",
        "2·mean − 1/2 is right for p = 3/4 only: 1−p and 2p−1 must both come from the argument.",
        made_by=(
            _of(lambda m, p, n: 2 * m - 0.5),
            _of(lambda m, p, n: 2 * (m - (1 - p))),
            _of(lambda m, p, n: (m - 0.25) / (2 * p - 1)),
        ),
    ),
    "rounded_probability": Mistake(
        "Your estimate undoes a coin with a rounded p, not the p that was used.",
        "With p = 0.7318 as 0.73 the estimate is right on average only for a class that is half ones: "
        "the error does not average out.",
        made_by=(
            _of(lambda m, p, n: _right(m, round(p, 2))),
            _of(lambda m, p, n: _right(m, round(p, 3))),
        ),
    ),
    "count_not_share": Mistake(
        "This is a number of people; the exercise asks for a share.",
        "Divide by the number of people: a share from 0 to 1 can be compared between classes.",
        made_by=(_of(lambda m, p, n: n * _right(m, p)),),
    ),
    "clipped": Mistake(
        "Cutting the estimate off at 0 or 1 looks tidy, but it moves the average.",
        "It removes the errors on one side and keeps those on the other, so the average of many "
        "small surveys is off. Report the raw estimate; cut it off only for display.",
        made_by=(
            _of(lambda m, p, n: min(1.0, max(0.0, _right(m, p)))),
            _of(lambda m, p, n: max(0.0, _right(m, p))),
            _of(lambda m, p, n: min(1.0, _right(m, p))),
        ),
    ),
}

debias = Exercise(
    number="11.2",
    name="debias",
    reference=lesson.debias,
    examine=examine,
    takeaway="The noise of one person hides; the noise of many is known on average, so it can be undone.",
    hints=(
        "If the true share is s, which share of ones do you expect among the answers? "
        "Ones come from two kinds of students.",
        "Write that expected share as (a number) + s·(another number), then solve for s.",
        "Test it on paper with s = 0 and with s = 1: what mean do you expect, and what must come out?",
    ),
    mistakes=MISTAKES,
)
