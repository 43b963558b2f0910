"""Checks of lesson 17: auditing."""

from functools import cache

import numpy as np

from lessons.checks import auditing_bound as bound
from lessons.checks import auditing_canaries as canary
from lessons.checks import auditing_interval as interval
from lessons.checks import auditing_scores as scores
from lessons.checks.exercise import Exercise, Mistake, Question
from lessons.checks.laplace_mechanism import examine_near
from lessons.dp import canaries, confidence, empirical_epsilon, membership
from lessons.dp.expected_audit import expected_bounds
from lessons.dp.gaussian import gaussian_epsilon

likelihood_ratio_scores = Exercise(
    number="17.1",
    name="likelihood_ratio_scores",
    reference=membership.likelihood_ratio_scores,
    examine=scores.examine_scores,
    takeaway="What counts is not how large a margin is, but how unusual it is for this image.",
    hints=(
        "For one image: split its margins by whether the network had it. Two groups, two means.",
        "A product with the boolean table keeps one group and puts zeros elsewhere. How many are "
        "in the group? members.sum(axis=0).",
        "All distances of one group from their own image's mean, in one long list, give one "
        "deviation. Then two log-densities at `observed`, and their difference.",
    ),
    mistakes=scores.SCORE_MISTAKES,
)

clopper_pearson = Exercise(
    number="17.2",
    name="clopper_pearson",
    reference=confidence.clopper_pearson,
    examine=interval.examine_interval,
    takeaway="It is the binomial law read backwards: which probabilities make such a count plausible?",
    hints=(
        "Fix k and n. How does Pr[Bin(n, p) >= k] change when p grows from 0 to 1? Where must it be "
        "when p is the lower end?",
        "Pr[Bin(n, p) >= k] is the distribution function, at p, of the beta distribution with "
        "parameters k and n − k + 1. betaincinv(a, b, y) solves it for p. Or halve an interval 50 times.",
        "The upper end for k successes is 1 minus the lower end for n − k successes. And when k is 0, "
        "or n, one of the two ends needs no computation.",
    ),
    mistakes=interval.INTERVAL_MISTAKES,
)

epsilon_lower_bound = Exercise(
    number="17.3",
    name="epsilon_lower_bound",
    reference=empirical_epsilon.epsilon_lower_bound,
    examine=bound.examine_bound,
    takeaway="Suppose the attack was lucky: what ε does it prove even then?",
    hints=(
        "Which end of which interval makes the attack look worst? One for TPR, one for FPR.",
        "Each end may be wrong, and either spoils the bound: how much of `failure` may each have?",
        "Put the two ends into both halves of (17.2), keep the larger. What if TPR − δ is not positive?",
    ),
    mistakes=bound.BOUND_MISTAKES,
)

insert_canaries = Exercise(
    number="17.4",
    name="insert_canaries",
    reference=canaries.insert_canaries,
    examine=canary.examine_canaries,
    takeaway="A coin for each canary, and only the release to guess it from: that is the whole audit.",
    hints=(
        "Two kinds of coins: one per canary before the run, and one per canary in every step.",
        "Canary i has `norm` at place i and zeros elsewhere: row i of norm * np.eye(n_canaries). An "
        "array of booleans picks rows, none of them if need be.",
        "In each step: who takes part, their rows, outputs[t] = step(rows, rng=rng).",
    ),
    mistakes=canary.CANARY_MISTAKES,
)

# Question 17.A: where the wall must stand


@cache
def _wall(delta: float) -> float:
    return gaussian_epsilon(sigma=1.0, l2_sensitivity=1.0, delta=delta)


smallest_wall = Question(
    number="17.A",
    name="smallest_wall",
    examine=examine_near(
        lambda: _wall(1e-2),
        tolerance=0.04,  # the two positions of the slider next to it
        slips={
            "separation_taken": (1.0, 0.02),
            "one_rate": (2.11, 0.05),
            "one_rate_no_delta": (2.22, 0.02),
            "other_delta": (4.377, 0.05),
        },
    ),
    takeaway="Every δ has its own wall that the attack just touches: together they are δ(ε) of lesson 13.",
    hints=(
        "Set μ to 1 and δ to 1e-2. The picture marks in red what lies beyond the wall.",
        "Raise ε until nothing is red, on the logarithmic axes too. The last bit is hard to see: read "
        "the sentence under the picture.",
        "The sentence says which δ the attack needs at this ε. It must not exceed the δ of the wall.",
    ),
    mistakes={
        "separation_taken": Mistake(
            "That is μ, the distance between the scores, not ε.",
            "μ and ε are both called privacy parameters in places, but on different scales.",
        ),
        "one_rate": Mistake(
            "That wall stops the attack at an FPR of 1 %, but not at others.",
            "The curve must stay below the wall everywhere.",
        ),
        "one_rate_no_delta": Mistake(
            "You took the ratio of the rates at an FPR of 1 %, without δ; the curve has other points.",
            "ln(TPR/FPR) at one point is not the smallest wall of the whole curve.",
        ),
        "other_delta": Mistake(
            "That is the wall for δ = 1e-5; the question has δ = 1e-2.",
            "The smaller δ, the further out the wall must stand.",
        ),
    },
)

# Question 17.C: how many canaries catch a fifth less noise


@cache
def canaries_needed(share: float) -> float:
    """The least number of canaries whose family bound is expected to exceed the claim σ/C = 1."""
    numbers = np.arange(100.0, 8000.0, 10.0)
    family, _ = expected_bounds(numbers, noise_multiplier=share, delta=1e-5, failure=0.05)
    return float(numbers[int(np.argmax(family > _wall(1e-5)))])


enough_canaries = Question(
    number="17.C",
    name="enough_canaries",
    examine=examine_near(
        lambda: canaries_needed(0.8),
        tolerance=75,  # the least, and the slider's next position above it
        slips={
            "only_those_in": (canaries_needed(0.8) / 2, 40),
            "a_tenth_less": (5012, 500),
            "half_the_noise": (100, 20),
        },
    ),
    takeaway="Small faults need many canaries: for half the fault, four to five times as many.",
    hints=(
        "Claimed noise multiplier 1, share 80 %. Which line must the blue curve cross?",
        "The caption says whether the claim is refuted. Go down with the number of canaries until it "
        "no longer is.",
        "The answer is the first position of the slider at which the claim is refuted.",
    ),
    mistakes={
        "only_those_in": Mistake(
            "You counted those that are in; those that are out are needed as much.",
            "The number of canaries is the number of coins.",
        ),
        "a_tenth_less": Mistake(
            "That many are needed when 90 % of the noise is added.",
            "The question has 80 %.",
        ),
        "half_the_noise": Mistake(
            "So few are enough when half the noise is added.",
            "The question has 80 %, which is harder to tell from all of it.",
        ),
    },
)
