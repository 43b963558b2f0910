"""Check of lesson 12's private mean: its place, the size of its noise, what that must not depend on."""

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.checks.laplace_mechanism_noise import is_laplace, law_or_scale
from lessons.validation import Vector

LOWER, UPPER, N, EPS = -50.0, 30.0, 40, 2.0
SCALE = (UPPER - LOWER) / (N * EPS)  # 1
INSIDE = -45.0 + 70.0 * np.linspace(0.0, 1.0, N - 4) ** 2
SPREAD = np.concatenate([INSIDE[:20], [-400.0, 900.0], INSIDE[20:], [2000.0, 1500.0]])
ZEROS, TOP = np.zeros(N), np.full(N, UPPER)
FAR = {"lower": 1000.0, "upper": 1010.0}  # the mean is 100 times the interval: noise on n shows


def examine_private_mean(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The clipped mean, plus Laplace noise whose size does not depend on the data."""
    near = {"lower": LOWER, "upper": UPPER}

    def draw(values: Vector, times: int, bounds: dict[str, float] = near) -> Vector:
        attempt.number(values, **bounds, epsilon=EPS, rng=rng)
        draws = attempt.repeat(times, values, **bounds, epsilon=EPS, rng=rng)
        return np.array([float(one) for one in draws])

    at_zero = draw(ZEROS, 3000)
    quiet = [attempt.number(SPREAD, **near, epsilon=1e9, rng=rng) for _ in range(2)]
    if np.ptp(at_zero) < 1e-9:
        if np.ptp(draw(SPREAD, 20)) < 1e-9:
            return Found("no_noise")
        clipped = abs(quiet[0] - np.clip(SPREAD, LOWER, UPPER).mean()) < 1e-3
        return Found("noise_from_the_data" if clipped else "bounds_from_the_data")
    if abs(quiet[0] - quiet[1]) > 1e-3:
        return Found("epsilon_ignored")
    if found := _where_it_lies(quiet[0]) or _pulled_inwards(draw(TOP, 100)):
        return found
    if not is_laplace(at_zero, SCALE):
        return _which_mean_noise(at_zero)
    if not is_laplace(draw(SPREAD, 200) - float(np.clip(SPREAD, LOWER, UPPER).mean()), SCALE):
        return Found("noise_from_the_data")
    far = draw(np.full(N, 1003.0), 200, FAR) - 1003.0
    return None if is_laplace(far, 10.0 / (N * EPS)) else Found("noise_on_n")


def _where_it_lies(quiet: float) -> Found | None:
    clipped = np.clip(SPREAD, LOWER, UPPER)
    inside = SPREAD[(SPREAD >= LOWER) & (SPREAD <= UPPER)]
    known = {
        "": clipped.mean(),
        "not_clipped": SPREAD.mean(),
        "clipped_too_late": np.clip(SPREAD.mean(), LOWER, UPPER),
        "not_divided": clipped.sum(),
        "dropped": inside.mean(),
        "divided_by_those_inside": clipped.sum() / len(inside),
        "inside_over_n": inside.sum() / N,
        "one_side_only": np.minimum(SPREAD, UPPER).mean(),
        "one_side_only ": np.maximum(SPREAD, LOWER).mean(),
        "median": np.median(clipped),
    }
    for code, place in known.items():
        if abs(quiet - place) < 1e-3:
            return Found(code.strip()) if code else None
    return Found("wrong_place")


def _pulled_inwards(at_top: Vector) -> Found | None:
    """Half of the draws lie above the bound, or on it when the release is cut off there: both right."""
    return Found("noise_before_clipping") if at_top.max() < UPPER else None  # by chance 2^-100


def _which_mean_noise(noise: Vector) -> Found:
    for code, scale in {
        "add_remove_sensitivity": max(abs(LOWER), abs(UPPER)) / (N * EPS),
        "lower_forgotten": UPPER / (N * EPS),
        "sensitivity_of_the_sum": (UPPER - LOWER) / EPS,
        "epsilon_upside_down": (UPPER - LOWER) * EPS / N,
        "half_of_epsilon": 2 * SCALE,
    }.items():
        if is_laplace(noise, scale):
            return Found(code)
    size = float(noise.std()) / (np.sqrt(2) * SCALE)
    if any(abs(size / one - 1) < 0.1 for one in (np.sqrt(N), 1 / np.sqrt(N))):
        return Found("noise_on_every_row")
    return law_or_scale(noise)


MEAN_MISTAKES = {
    "no_noise": Mistake(
        "The release is the clipped mean itself: no noise has been added.",
        "Clipping bounds what one patient can do; it hides nobody.",
    ),
    "bounds_from_the_data": Mistake(
        "When all patients have the same value your noise vanishes: lower and upper are not used.",
        "values.min() and values.max() are facts about two patients. Here they set the noise, so "
        "the size of the noise tells about them. Bounds must be public.",
    ),
    "noise_from_the_data": Mistake(
        "You clip correctly, but the size of your noise depends on the data.",
        "Sensitivity is a worst case over all tables within the bounds, not the range of this one.",
    ),
    "epsilon_ignored": Mistake(
        "With an enormous ε your release is still noisy.",
        "ε must be in the scale of the noise.",
    ),
    "not_clipped": Mistake(
        "Values outside the bounds count in full.",
        "Noise for (upper − lower)/n hides only what is inside; a patient with 2000 sticks out.",
    ),
    "clipped_too_late": Mistake(
        "You clip the mean, not the values.",
        "One enormous value still moves the mean from one bound to the other.",
    ),
    "one_side_only": Mistake(
        "You clip on one side only.",
        "An entry beyond the other bound moves the mean further than the noise expects.",
    ),
    "dropped": Mistake(
        "You leave out the patients outside the bounds; clipping moves them onto the bound.",
        "Then the number of rows in the mean depends on the data, and n is no longer public.",
    ),
    "divided_by_those_inside": Mistake(
        "You divide by the number of values inside the bounds.",
        "All n rows are in the clipped sum; the number inside is a fact about the data.",
    ),
    "inside_over_n": Mistake(
        "You leave out the patients outside the bounds but divide by all n.",
        "That treats them as 0, which may lie outside the bounds; clip instead.",
    ),
    "not_divided": Mistake(
        "That is the sum, not the mean.",
        "Divide by n; the sensitivity is then divided by n too.",
    ),
    "median": Mistake(
        "That is the median, not the mean.",
        "The median's sensitivity is not (upper − lower)/n: one patient may move it far.",
    ),
    "wrong_place": Mistake(
        "Without noise your function does not give the mean of the clipped values.",
        "Set ε to 1e9 and compare with a case that you can do by hand.",
    ),
    "add_remove_sensitivity": Mistake(
        "Your noise fits a patient who leaves without replacement.",
        "max(|lower|, |upper|)/n belongs to the sum under add/remove; here one row is replaced.",
    ),
    "lower_forgotten": Mistake(
        "Your noise ignores the lower bound.",
        "upper/n is right only when lower is 0.",
    ),
    "sensitivity_of_the_sum": Mistake(
        "Your noise is large enough for the sum.",
        "In a mean every patient has one n-th of the weight. Private, but n times too noisy.",
    ),
    "epsilon_upside_down": Mistake(
        "Your noise grows with ε.",
        "Scale = sensitivity/ε: small ε, much noise.",
    ),
    "half_of_epsilon": Mistake(
        "Your noise is twice as large as this release needs.",
        "Half of ε is kept for something, perhaps for n, which is public under replace.",
    ),
    "noise_on_n": Mistake(
        "The size of your noise depends on the mean: is there noise in the denominator too?",
        "Sum and n each with noise for ε: that spends 2ε, and n is public under replace anyway.",
    ),
    "noise_before_clipping": Mistake(
        "Your release never passes the bounds, and it is pulled inwards.",
        "Noise first, clip afterwards: the mean is biased, and the noise is no longer Laplace. "
        "Clip, average, then add noise.",
    ),
    "noise_on_every_row": Mistake(
        "You add noise to every value; in the mean it is averaged.",
        "With scale (upper − lower)/(n·ε) per row it averages away and protects too little; with "
        "(upper − lower)/ε it is the local model of lesson 11, √n times noisier.",
    ),
    "wrong_law": Mistake(
        "The noise of your release is not Laplace noise.",
        "Use the mechanism of Exercise 12.2 on the clipped mean, once.",
    ),
    "wrong_scale": Mistake(
        "Laplace noise, but of the wrong size.",
        "The sensitivity of a clipped mean under replace, divided by ε.",
    ),
}  # fmt: skip
