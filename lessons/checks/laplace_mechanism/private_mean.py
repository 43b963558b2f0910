"""Check of Exercise 12.3: the mean of the clipped values, plus noise that the data do not set."""

from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.noise import laplace, noise_fault
from lessons.checks.engine.told import told
from lessons.dp.mechanisms import laplace as reference
from lessons.validation import Vector

QUICK, DRAWS = 1000, 3600


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at where the release lies (no noise to speak of), then at its noise, for odd tables."""
    return by_law(
        attempt,
        [
            *(_place(rng, n) for n in (303, 2, 5, 40, 1)),
            _noise(rng, "zeros", 40, QUICK),
            _noise(rng, "zeros", 40, DRAWS),
            _noise(rng, "spread", cases.one_of(rng, (21, 33, 57)), QUICK),
            _noise(rng, "far from zero", 2, 2000),
            _noise(rng, "one value", 3, 600),
            _noise(rng, "outside", 256, 600),
            _noise(rng, "one value", 1, 600),
            _at_the_bound(rng),
            _in_a_crowd(rng),
        ],
        mistakes=MISTAKES,
        rng=rng,
    )


def _bounds(rng: np.random.Generator) -> tuple[float, float]:
    """Bounds of different sizes on both sides of 0."""
    return -cases.between(rng, 40, 60), cases.between(rng, 20, 30)


def _place(rng: np.random.Generator, n: int) -> Probe:
    """Draw at an enormous ε, so that only the place is left; some values lie far outside."""
    low, high = _bounds(rng)
    values = np.concatenate(
        [
            10 ** rng.uniform(2, 4.5, n // 3) * rng.choice([-1, 1, 1], n // 3),
            rng.uniform(low, high, n - n // 3),
        ]
    )
    if n > 3:
        values[-1] = 0.0  # a value like any other
    known = {"lower": low, "upper": high, "epsilon": cases.spread(rng, 1e8, 1e9)}
    right = float(np.clip(values, low, high).mean())

    def fault(draws: Vector) -> Found | None:
        if np.abs(draws - right).max() < 1e-4:
            return None
        n_inside = int(((values >= low) & (values <= high)).sum())
        return Found(
            "wrong_place",
            f"For {n} values from {values.min():.4g} to {values.max():.4g}, {n_inside} of them within "
            f"the bounds, {told(known)}, you get about {float(draws[0]):.6g}.",
        )

    return Probe(_drawing(rng.permutation(values), known), fault, 120)


def _noise(rng: np.random.Generator, kind: str, n: int, times: int) -> Probe:
    """Draw at a usual ε: the same law, whatever the values are."""
    low, high = _bounds(rng)
    epsilon = cases.between(rng, 25, 50) * (10 if kind == "far from zero" else 1) / min(n, 25)
    if kind == "far from zero":  # the mean is 100 times the interval: noise on n shows
        low, high = 1000.0, 1000.0 + cases.between(rng, 8, 12)
    middle = low + cases.between(rng, 0.45, 0.55) * (high - low)
    values = {
        "zeros": np.full(n, 0.0),
        "spread": rng.uniform(low, high, n),
        "one value": np.full(n, middle),
        "far from zero": np.full(n, middle),
        "outside": np.concatenate([np.full(n // 2, -900.0), np.full(n - n // 2, 900.0)]),
    }[kind]
    said = f"{n} values, all of them {values[0]:.4g}" if np.ptp(values) == 0 else f"n = {n}"
    known = {"lower": low, "upper": high, "epsilon": epsilon}
    law, place = laplace((high - low) / (n * epsilon)), float(np.clip(values, low, high).mean())
    return Probe(
        _drawing(values, known),
        lambda draws: noise_fault(draws - place, law, around=place),
        times,
        said=f"(For {said}, {told(known)}.)",
    )


def _at_the_bound(rng: np.random.Generator) -> Probe:
    """Draw where all values sit on a bound: half of the releases lie above it, or on it if cut."""
    low, high = _bounds(rng)
    known = {"lower": low, "upper": high, "epsilon": 2.0}
    return Probe(
        _drawing(np.full(40, high), known),
        lambda draws: Found("pulled_inwards") if draws.max() < high else None,  # by chance 2^-60
        60,
    )


def _in_a_crowd(rng: np.random.Generator) -> Probe:
    """Draw for thousands of values: there is little noise then, and not none."""
    low, high = _bounds(rng)
    known = {"lower": low, "upper": high, "epsilon": 0.1}
    return Probe(
        _drawing(rng.uniform(low, high, 5000), known),
        lambda draws: Found("no_noise") if np.ptp(draws) == 0 else None,
        3,
        said=f"(For n = 5000, {told(known)}.)",
    )


def _drawing(values: Vector, known: dict[str, float]) -> Any:
    def draw(attempt: Attempt, rng: np.random.Generator, times: int) -> Vector:
        attempt.number(values, **known, rng=rng)
        return attempt.numbers(times, values, **known, rng=rng)

    return draw


def _made(place: Any = None, scale: Any = None) -> Any:
    """Make a wrong function: another ``place(values, low, high)`` or ``scale(values, low, high, ε)``."""

    def wrong(values: Any, *, lower: float, upper: float, epsilon: float, rng: Any) -> float:
        centre = (place or _clipped)(values, lower, upper)
        b = (upper - lower) / (len(values) * epsilon)
        return float(
            centre + rng.laplace(scale=scale(values, lower, upper, epsilon) if scale else b)
        )

    return wrong


def _clipped(values: Vector, low: float, high: float) -> float:
    return float(np.clip(values, low, high).mean())


def _inside(values: Vector, low: float, high: float) -> Vector:
    return values[(values >= low) & (values <= high)]


def _noise_then_clip(values: Any, *, lower: float, upper: float, epsilon: float, rng: Any) -> Any:
    noisy = values + rng.laplace(scale=(upper - lower) / epsilon, size=len(values))
    return np.clip(noisy, lower, upper).mean()


def _noise_on_n(values: Any, *, lower: float, upper: float, epsilon: float, rng: Any) -> Any:
    total = np.clip(values, lower, upper).sum() + rng.laplace(scale=(upper - lower) / epsilon)
    return total / (len(values) + rng.laplace(scale=1 / epsilon))


def _on_every_row(parts: Any) -> Any:
    def wrong(values: Any, *, lower: float, upper: float, epsilon: float, rng: Any) -> Any:
        n = len(values)
        scale = (upper - lower) / (parts(n) * epsilon)
        return (np.clip(values, lower, upper) + rng.laplace(scale=scale, size=n)).mean()

    return wrong


MISTAKES = {
    "bounds_from_the_data": Mistake(
        "Your bounds are read off the data: are lower and upper used?",
        "values.min() and values.max() are facts about two patients. Here they set the noise, so "
        "the size of the noise tells about them. Bounds must be public.",
        made_by=(
            _made(
                lambda values, low, high: values.mean(),
                lambda values, low, high, e: np.ptp(values) / (len(values) * e),
            ),
        ),
    ),
    "noise_from_the_data": Mistake(
        "You clip correctly, but the size of your noise depends on the data.",
        "Sensitivity is a worst case over all tables within the bounds. Neither the range of this table "
        "nor how many of its values lie inside may set the noise.",
        made_by=(
            _made(
                scale=lambda values, low, high, e: (
                    np.ptp(np.clip(values, low, high)) / (len(values) * e)
                )
            ),
            _made(
                scale=lambda values, low, high, e: (
                    (high - low) / (max(len(_inside(values, low, high)), 1) * e)
                )
            ),
        ),
    ),
    "epsilon_ignored": Mistake(
        "With an enormous ε your release is still noisy.",
        "ε must be in the scale of the noise, and below the line: small ε, much noise.",
        made_by=(
            _made(scale=lambda values, low, high, e: (high - low) / len(values)),
            _made(scale=lambda values, low, high, e: (high - low) * e / len(values)),
        ),
    ),
    "not_clipped": Mistake(
        "Values outside the bounds count in full.",
        "Noise for (upper − lower)/n hides only what is inside; a patient with 2000 sticks out.",
        made_by=(_made(lambda values, low, high: values.mean()),),
    ),
    "clipped_too_late": Mistake(
        "You clip the mean, not the values.",
        "One enormous value still moves the mean from one bound to the other.",
        made_by=(_made(lambda values, low, high: np.clip(values.mean(), low, high)),),
    ),
    "dropped": Mistake(
        "You leave out the patients outside the bounds; clipping moves them onto the bound.",
        "Then the number of rows in the mean depends on the data (or, divided by all n, they count "
        "as 0, which may lie outside the bounds).",
        made_by=(
            _made(
                lambda values, low, high: (
                    _inside(values, low, high).sum() / max(len(_inside(values, low, high)), 1)
                )
            ),
            _made(lambda values, low, high: _inside(values, low, high).sum() / len(values)),
        ),
    ),
    "not_divided": Mistake(
        "That is the sum, not the mean.",
        "Divide by n; the sensitivity is then divided by n too.",
        made_by=(
            _made(
                lambda values, low, high: np.clip(values, low, high).sum(),
                lambda values, low, high, e: (high - low) / e,
            ),
        ),
    ),
    "wrong_sensitivity": Mistake(
        "Your noise is Laplace noise, but not for the sensitivity of a clipped mean under replace.",
        "max(|lower|, |upper|)/n comes from the sum under add/remove; upper/n is right only if lower is "
        "0; n + 1 and n − 1 are one row off. Or do you keep half of ε for something, perhaps for n? "
        "Under replace n is public.",
        made_by=(
            _made(scale=lambda values, low, high, e: max(abs(low), abs(high)) / (len(values) * e)),
            _made(scale=lambda values, low, high, e: abs(high) / (len(values) * e)),
            _made(scale=lambda values, low, high, e: (high - low) / ((len(values) + 1) * e)),
            _made(scale=lambda values, low, high, e: (high - low) / (max(len(values) - 1, 1) * e)),
            _made(scale=lambda values, low, high, e: 2 * (high - low) / (len(values) * e)),
        ),
    ),
    "sensitivity_of_the_sum": Mistake(
        "Your noise is as large as a sum would need: n times too large for a mean.",
        "In a mean every patient has one n-th of the weight. Private, but n times too noisy.",
        made_by=(_made(scale=lambda values, low, high, e: (high - low) / e),),
    ),
    "noise_on_n": Mistake(
        "The size of your noise depends on the mean: is there noise in the denominator too?",
        "Under replace n is public and the same for both neighbours: noise on it hides nothing, and makes "
        "the mean worse. Under add/remove it has its place, and the sum and n must share ε.",
        made_by=(_noise_on_n,),
    ),
    "pulled_inwards": Mistake(
        "Your release never passes the bounds, and it is pulled inwards.",
        "Noise first, clip afterwards: the mean is biased, and the noise is no longer Laplace. "
        "Only a release that is cut off as a whole, at the very end, costs nothing.",
        made_by=(_noise_then_clip,),
    ),
    "noise_on_every_row": Mistake(
        "Your noise is nearly Gaussian: do you add noise to every value (in the mean it is averaged), or "
        "draw it from a bell curve?",
        "With scale (upper − lower)/(n·ε) per row it averages away and protects too little; with "
        "(upper − lower)/ε it is the local model of lesson 11, √n times noisier. A sum of many draws is "
        "nearly Gaussian, so no size of them is right.",
        made_by=tuple(map(_on_every_row, (lambda n: 1, lambda n: n, lambda n: n**0.5))),
    ),
    "wrong_place": Mistake(
        "Without noise your function does not give the mean of the clipped values.",
        "Set ε to 1e9 and compare with a case that you can do by hand.",
    ),
}

private_mean = Exercise(
    number="12.3",
    name="private_mean",
    reference=reference.private_mean,
    examine=examine,
    takeaway="Clip to public bounds, average, add noise once: in this order, and with n public.",
    hints=(
        "Three steps in the order of equation (12.v). Which of them may look at the data, and "
        "which only at lower, upper, n and ε?",
        "np.clip moves values onto the bounds. How many rows are in the table afterwards?",
        "You already have the two parts: the sensitivity of a mean under replace (12.i), and the "
        "mechanism (12.iii).",
    ),
    mistakes=MISTAKES,
)
