"""Questions 17.A and 17.C."""

from functools import cache

import numpy as np

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.dp.auditing.expected_audit import expected_bounds
from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from lessons.validation import Vector

# Question 17.A: the smallest ε whose limit the attack does not break


@cache
def _limit(delta: float) -> float:
    return gaussian_epsilon(sigma=1.0, l2_sensitivity=1.0, delta=delta)


LIMIT_MISTAKES = {
    "separation_taken": Mistake(
        "That is μ, the distance between the scores, not ε.",
        "Both measure how far two distributions are apart, but on different scales.",
        made_by=(1.0,),
        within=0.02,
    ),
    "one_rate": Mistake(
        "The limit of this ε stops the attack at an FPR of 1 %, but not at other rates.",
        "The curve must stay below the limit everywhere.",
        made_by=(2.11,),
        within=0.05,
    ),
    "one_rate_no_delta": Mistake(
        "You took the ratio of the rates at an FPR of 1 %, without δ.",
        "The question asks for all points of the curve, and for δ = 1e-2.",
        made_by=(2.22,),
        within=0.02,
    ),
    "rounded_down": Mistake(
        "Nearly: this ε needs a δ a little above 1e-2. See the line above the picture.",
        "A promise is rounded up, never down.",
        made_by=(2.3,),
        within=0.017,
    ),
    "other_delta": Mistake(
        "That is the answer for δ = 1e-5; the question has δ = 1e-2.",
        "The smaller δ is, the larger ε must be.",
        made_by=(lambda: _limit(1e-5),),
        within=0.05,
    ),
}

smallest_limit = Question(
    number="17.A",
    name="smallest_limit",
    examine=examine_number(
        lambda: _limit(1e-2) + 0.02,
        tolerance=0.0205,  # 2.318 is exact, 2.35 the position of the slider; 2.3 breaks the limit
        mistakes=LIMIT_MISTAKES,
    ),
    takeaway="Every δ has one ε whose limit the attack just touches: these pairs are δ(ε) of lesson 13.",
    hints=(
        "Set μ to 1 and δ to 1e-2. The picture marks in red what lies beyond the limit.",
        "Raise ε until nothing is red, on the logarithmic axes too. The last bit is hard to see, so read "
        "the line above the picture.",
        "The line says which δ this ε needs against the attack. It must not exceed the δ of the limit.",
    ),
    mistakes=LIMIT_MISTAKES,
)

# Question 17.C: how many canaries catch a fifth less noise


@cache
def canaries_needed(share: float) -> float:
    """The least number of canaries whose family bound is expected to exceed the claim σ/C = 1."""

    def first(numbers: Vector) -> float:
        family, _ = expected_bounds(numbers, noise_multiplier=share, delta=1e-5, failure=0.05)
        return float(numbers[int(np.argmax(family > _limit(1e-5)))])

    ten = first(np.arange(100.0, 8000.0, 10.0))
    return first(np.arange(max(100.0, ten - 9), ten + 1))


CANARY_MISTAKES = {
    "only_those_in": Mistake(
        "You counted only the canaries that are in. Those that are out count too.",
        "The number of canaries is the number of coins.",
        made_by=(lambda: canaries_needed(0.8) / 2,),
        within=40,
    ),
    "a_tenth_less": Mistake(
        "That many are needed when 90 % of the noise is added.",
        "The question has 80 %.",
        made_by=(5012,),
        within=500,
    ),
    "half_the_noise": Mistake(
        "So few are enough when half the noise is added.",
        "The question has 80 %, and so small a fault is harder to see.",
        made_by=(100,),
        within=20,
    ),
}

enough_canaries = Question(
    number="17.C",
    name="enough_canaries",
    examine=examine_number(
        lambda: canaries_needed(0.8) + 37,
        tolerance=37.5,  # 938 is the least, 1000 the slider's next position; fewer do not do it
        mistakes=CANARY_MISTAKES,
    ),
    takeaway="Small faults need many canaries: half the fault needs four to five times as many.",
    hints=(
        "Set the claimed noise multiplier to 1 and the share to 80 %. Which line must the blue curve cross?",
        "The line above the picture says whether the claim is refuted. Lower the number of canaries "
        "until it no longer is.",
        "The answer is the first position of the slider at which the claim is refuted.",
    ),
    mistakes=CANARY_MISTAKES,
)
