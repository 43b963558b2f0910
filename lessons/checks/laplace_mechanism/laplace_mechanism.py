"""Check of Exercise 12.2: the noise must be Laplace of scale Δ/ε, fresh for every entry."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.noise import MANY, laplace, noise_fault
from lessons.checks.engine.told import told
from lessons.dp.mechanisms import laplace as reference
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at vectors, single numbers and tables, each at its own Δ and ε."""
    for size in cases.sizes(rng, own=11):
        known = _setting(rng)
        attempt.array(cases.vector(rng, size), **known, rng=rng, shape=(size,))
    if np.shape(attempt.anything(np.array(7.0), sensitivity=1.0, epsilon=1.0, rng=rng)) != ():
        return Found("shape_of_a_number")
    value = cases.vector(rng, 1000)
    value[:500] = np.round(value[:500])  # counts among them
    whole = -10 * np.arange(33 * 2 * 3).reshape(33, 2, 3)  # and nothing but whole numbers
    return by_law(
        attempt,
        [
            _probe(cases.vector(rng, 4000, largest=1e3), {"sensitivity": 1.7, "epsilon": 0.31}, 1),
            _probe(value, _setting(rng), MANY // 1000),
            _probe(value, {**_setting(rng), "epsilon": cases.spread(rng, 1e-4, 3e-4)}, 4),
            _probe(value, {**_setting(rng), "epsilon": cases.spread(rng, 50, 1e3)}, 4),
            _probe(np.array(cases.between(rng, 3, 90)), _setting(rng), 3000),
            _probe(np.zeros((4, 30)), _setting(rng), 50),
            _probe(whole, _setting(rng), 25),
        ],
        mistakes=MISTAKES,
        rng=rng,
    )


def _setting(rng: np.random.Generator) -> dict[str, Any]:
    return {"sensitivity": cases.spread(rng, 0.2, 30), "epsilon": cases.spread(rng, 0.05, 4)}


def _probe(value: NDArray[Any], known: dict[str, Any], times: int) -> Probe:
    """Draw ``times`` releases of one value, with the value taken off."""

    def draw(attempt: Attempt, rng: np.random.Generator, times: int) -> Vector:
        shape = value.shape
        release = attempt.arrays(times, value, **known, rng=rng, shape=shape)
        return np.asarray(release - value, dtype=float).reshape(times, -1)

    law = laplace(known["sensitivity"] / known["epsilon"])
    return Probe(
        draw,
        lambda noise: noise_fault(noise, law, around=value.ravel()),
        times,
        said=f"(For a value of shape {value.shape}, {told(known)}.)",
    )


def _with_scale(scale: Any) -> Any:
    return lambda value, *, sensitivity, epsilon, rng: (
        value + rng.laplace(scale=scale(sensitivity, epsilon), size=np.shape(value))
    )


def _noise_alone(value: Any, *, sensitivity: float, epsilon: float, rng: Any) -> Any:
    return rng.laplace(scale=sensitivity / epsilon, size=value.shape)


def _relative(value: Any, *, sensitivity: float, epsilon: float, rng: Any) -> Any:
    return value * (1 + rng.laplace(scale=sensitivity / epsilon, size=value.shape))


def _times(value: Any, *, sensitivity: float, epsilon: float, rng: Any) -> Any:
    return value * rng.laplace(scale=sensitivity / epsilon, size=value.shape)


def _scale_as_loc(value: Any, *, sensitivity: float, epsilon: float, rng: Any) -> Any:
    return value + rng.laplace(sensitivity / epsilon, size=value.shape)


def _never_negative(value: Any, *, sensitivity: float, epsilon: float, rng: Any) -> Any:
    return np.maximum(value + rng.laplace(scale=sensitivity / epsilon, size=value.shape), 0)


def _numbers_bare(value: Any, *, sensitivity: float, epsilon: float, rng: Any) -> Any:
    if value.shape == ():
        return value + 0.0
    return value + rng.laplace(scale=sensitivity / epsilon, size=value.shape)


def _always_a_vector(value: Any, *, sensitivity: float, epsilon: float, rng: Any) -> Any:
    value = np.atleast_1d(value)
    return value + rng.laplace(scale=sensitivity / epsilon, size=value.shape)


MISTAKES = {
    "sensitivity_ignored": Mistake(
        "The noise is as large as it would be for a query of sensitivity 1.",
        "Scale 1/ε is right where Δ₁ = 1, as for one count; a query that one person moves by 3 gets 3ε-DP.",
        made_by=(_with_scale(lambda s, e: 1 / e),),
    ),
    "epsilon_ignored": Mistake(
        "The noise does not change with ε.",
        "Scale Δ whatever ε is: the promise is 1-DP, not the ε that was asked for.",
        made_by=(_with_scale(lambda s, e: s),),
    ),
    "scale_inverted": Mistake(
        "The noise shrinks when the sensitivity grows.",
        "Scale ε/Δ: the ratio is upside down, so more exposed queries get less noise.",
        made_by=(_with_scale(lambda s, e: e / s),),
    ),
    "multiplied": Mistake(
        "The noise grows with ε, so a stronger promise would be less protected.",
        "Scale Δ·ε: small ε must mean much noise.",
        made_by=(_with_scale(lambda s, e: e * s),),
    ),
    "deviation_for_scale": Mistake(
        "Your noise is Laplace noise, and Δ/ε is its standard deviation; it should be its scale.",
        "The standard deviation of Lap(b) is b·√2. With b = Δ/(ε·√2) the release is √2·ε-DP.",
        made_by=(_with_scale(lambda s, e: s / e / 2**0.5),),
    ),
    "value_missing": Mistake(
        "You return the noise alone; the release is the value plus noise.",
        "Perfectly private, and it says nothing about the table.",
        made_by=(_noise_alone,),
    ),
    "noise_multiplied": Mistake(
        "You multiply the value by the noise; the mechanism adds it.",
        "The noise then grows with the value: a count of 0 is released exactly.",
        made_by=(_relative, _times),
    ),
    "scale_as_centre": Mistake(
        "Δ/ε is the centre of your noise, not its scale.",
        "The first argument of rng.laplace is loc, the centre; the scale is the second. "
        "The noise is then Lap(1) for every ε.",
        made_by=(_scale_as_loc,),
    ),
    "cut_at_zero": Mistake(
        "Your releases never go below 0.",
        "To cut off after the noise costs no privacy. But not every query is a count, and the average "
        "of such releases is too large.",
        made_by=(_never_negative,),
    ),
    "noise_of_a_number": Mistake(
        "A vector gets the right noise, a single number of shape () does not.",
        "One count is the most common release of all: it needs noise as well.",
        made_by=(_numbers_bare,),
    ),
    "shape_of_a_number": Mistake(
        "A single number comes back with another shape.",
        "Draw with size=value.shape: for one number that shape is (), not (1,).",
        made_by=(_always_a_vector,),
    ),
}

laplace_mechanism = Exercise(
    number="12.2",
    name="laplace_mechanism",
    reference=reference.laplace_mechanism,
    examine=examine,
    takeaway="Noise of scale Δ/ε hides any one person, and it does not depend on the data.",
    hints=(
        "What should happen to the noise when one person can change the result twice as much?",
        "The scale b has the unit of the query; ε has none. Which combination has that unit?",
        "Look at equation (12.iii), then at the arguments of rng.laplace: one is the scale, another "
        "says how many draws you want and in which shape.",
    ),
    mistakes=MISTAKES,
)
