"""Checks of lesson 12 that look at the noise: its law, its size, and what it must not depend on."""

from math import log

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, cdf_bound, cdf_distance
from lessons.checks.exercise import Mistake
from lessons.validation import Vector

# Exercise 12.2: the Laplace mechanism

SETTINGS = ((3.0, 0.5), (0.4, 2.0))  # (Δ, ε): Δ/ε, ε/Δ, 1/ε, Δ and Δε all differ


def examine_laplace(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The noise must be Laplace of scale Δ/ε, fresh for every entry, whatever the value is."""
    n = 4000
    value = np.linspace(-50.0, 50.0, n)
    for sensitivity, epsilon in SETTINGS:
        release = attempt.array(
            value, sensitivity=sensitivity, epsilon=epsilon, rng=rng, shape=(n,)
        ).astype(float)
        noise = release - value
        if is_laplace(noise, sensitivity / epsilon):
            continue
        return _which_noise(release, noise, sensitivity=sensitivity, epsilon=epsilon)
    single = attempt(np.array(7.0), sensitivity=3.0, epsilon=0.5, rng=rng)
    return None if np.shape(single) == () else Found("shape_of_a_number")


def _which_noise(
    release: Vector, noise: Vector, *, sensitivity: float, epsilon: float
) -> Found | None:
    if np.ptp(noise) < 1e-9:
        return Found("one_noise_for_all" if abs(noise[0]) > 1e-9 else "no_noise")
    if (release == np.round(release)).all():
        return Found("rounded")
    if release.min() == 0:
        return Found("cut_at_zero")
    for code, scale in {
        "sensitivity_ignored": 1 / epsilon,
        "epsilon_ignored": sensitivity,
        "scale_inverted": epsilon / sensitivity,
        "multiplied": sensitivity * epsilon,
    }.items():
        if is_laplace(noise, scale):
            return Found(code)
    if noise.min() >= 0 or noise.max() <= 0:
        return Found("one_sided")
    return _law_or_scale(noise)


def _law_or_scale(noise: Vector) -> Found:
    """(E|Z|)² / E Z² is 1/2 for Laplace noise of any scale, 2/π for Gaussian, 3/4 for uniform noise."""
    size = float(np.abs(noise).mean())
    if not 0.44 < size**2 / float((noise**2).mean()) < 0.56:
        return Found("wrong_law")
    return Found("wrong_scale", f"The typical size of your noise is {size:.2f}.")


def laplace_cdf(x: Vector, *, scale: float) -> Vector:
    """Pr[Z <= x] of Z ~ Lap(scale)."""
    tail = np.exp(-np.abs(x) / scale) / 2
    return np.asarray(np.where(x < 0, tail, 1 - tail))


def is_laplace(noise: Vector, scale: float) -> bool:
    """Whether independent draws (n,) look like Lap(scale) in shape and in size."""
    gap = cdf_distance(noise, lambda x: laplace_cdf(x, scale=scale))
    half = FALSE_ALARM / 2
    close = gap <= cdf_bound(len(noise), false_alarm=half)
    return close and has_mean(np.abs(noise), scale, false_alarm=half)


def has_mean(draws: Vector, mean: float, *, false_alarm: float = FALSE_ALARM) -> bool:
    """Whether exponential draws (n,), such as |Laplace noise|, can have this mean.

    Chernoff: the average of n such draws is beyond r times its mean with probability at most
    e^(−n·(r − 1 − ln r)) on each side.
    """
    ratio = float(draws.mean()) / mean
    if ratio <= 0:
        return False
    return bool(len(draws) * (ratio - 1 - log(ratio)) <= log(2 / false_alarm))


LAPLACE_MISTAKES = {
    "no_noise": Mistake(
        "The release is the true value: no noise has been added.",
        "Without noise two neighbouring tables give different outputs with certainty: ε is infinite.",
    ),
    "one_noise_for_all": Mistake(
        "Every entry got the same noise.",
        "One draw for all entries: the differences between entries are released exactly. "
        "Draw with size=value.shape.",
    ),
    "sensitivity_ignored": Mistake(
        "The noise is as large as it would be for a query of sensitivity 1.",
        "Scale 1/ε is right for counts only; a query that one person moves by 3 gets 3ε-DP.",
    ),
    "epsilon_ignored": Mistake(
        "The noise does not change with ε.",
        "Scale Δ whatever ε is: the promise is 1-DP, not the ε that was asked for.",
    ),
    "scale_inverted": Mistake(
        "The noise shrinks when the sensitivity grows.",
        "Scale ε/Δ: the ratio is upside down, so more exposed queries get less noise.",
    ),
    "multiplied": Mistake(
        "The noise grows with ε, so a stronger promise would be less protected.",
        "Scale Δ·ε: small ε must mean much noise.",
    ),
    "one_sided": Mistake(
        "All your noise points the same way.",
        "Exponential noise: an output below f(x) rules that data set out; the ratio is infinite.",
    ),
    "wrong_law": Mistake(
        "Noise of this shape is not Laplace noise, of any scale.",
        "Uniform or Gaussian noise: the ratio of its two densities has no bound e^ε.",
    ),
    "wrong_scale": Mistake(
        "This is Laplace noise, but of the wrong size.",
        "Compare with b = Δ/ε; the standard deviation of Lap(b) is b·√2, not b.",
    ),
    "rounded": Mistake(
        "Your releases are whole numbers.",
        "Rounding after the noise costs no privacy, but the function must serve means as well.",
    ),
    "cut_at_zero": Mistake(
        "Your releases never go below 0.",
        "Cutting off after the noise costs no privacy, but not every query is a count, and an "
        "average of such releases is too large.",
    ),
    "shape_of_a_number": Mistake(
        "A single number comes back with another shape.",
        "Draw with size=value.shape: for one number that shape is (), not (1,).",
    ),
}

# Exercise 12.3: the private mean

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
    return _law_or_scale(noise)


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
