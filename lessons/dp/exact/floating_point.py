"""What a computer can and cannot output when it adds Laplace noise in floating point (lesson 18).

A real number drawn from Lap(b) can be anything. ``Generator.laplace`` starts from one of the 2^53 − 1
uniform numbers

    u = k / 2^53,    k = 1 … 2^53 − 1                                      (18.i)

and so it has at most that many results, with gaps between them. count + noise, rounded to a float,
has other gaps for another count: Mironov (2012), section 3.
"""

from collections.abc import Iterable
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from lessons.validation import between, finite, integer, positive

STEPS = 2**53  # a uniform float is one of the numbers k / STEPS


def numpy_laplace(uniform: float, *, scale: float) -> float:
    """The noise that ``Generator.laplace`` makes of one uniform number, bit for bit.

        z = b · ln(2u)  for u < 1/2,      z = −b · ln(2 − 2u)  otherwise        (18.ii)

    ``uniform``  strictly between 0 and 1 (NumPy throws a 0 away); ``scale`` b > 0, in units of the
    result. The order of the operations is NumPy's: (2 − u) − u is rounded once on the way.
    """
    u, b = between("uniform", uniform, 0, 1), positive("scale", scale)
    return b * log(u + u) if u < 0.5 else -b * log(2.0 - u - u)


def could_come_from(release: float, *, count: float, scale: float) -> bool:
    """Whether ``release`` is count + noise, rounded, for any of the uniform numbers (18.i).

    Solve (18.ii) for u; rounding may have moved it, so the neighbours are tried as well, forwards:
    noise is added to ``count`` and the float compared with ``release``, all bits of it.
    ``scale`` b > 0 in units of the count. ``ValueError`` for numbers that are not finite.
    """
    y, f, b = finite("release", release), finite("count", count), positive("scale", scale)
    tail = exp(-abs(y - f) / b) / 2
    nearest = round((tail if y < f else 1 - tail) * STEPS)
    tried = range(max(1, nearest - 2), min(STEPS - 1, nearest + 2) + 1)
    return any(f + numpy_laplace(k / STEPS, scale=b) == y for k in tried)


def could_come_from_by_bisection(release: float, *, count: float, scale: float) -> bool:
    """The same by another route, without solving anything: count + noise never falls as k grows.

    53 halvings find the smallest k whose output is not below ``release``.
    """
    y, f, b = finite("release", release), finite("count", count), positive("scale", scale)
    low, high = 1, STEPS - 1
    while low < high:
        middle = (low + high) // 2
        if f + numpy_laplace(middle / STEPS, scale=b) >= y:
            high = middle
        else:
            low = middle + 1
    return f + numpy_laplace(low / STEPS, scale=b) == y


def could_round_to(release: float, *, count: float, scale: float, decimals: int) -> bool:
    """Whether count + noise, rounded to ``decimals`` decimals, can give ``release``.

    Rounding keeps the order, so the bisection over k still finds every possible output.
    ``release`` is ``round(output, decimals)``; ``decimals`` an integer >= 0.
    """
    y, f, b = finite("release", release), finite("count", count), positive("scale", scale)
    places = integer("decimals", decimals, minimum=0)
    low, high = 1, STEPS - 1
    while low < high:
        middle = (low + high) // 2
        if round(f + numpy_laplace(middle / STEPS, scale=b), places) >= y:
            high = middle
        else:
            low = middle + 1
    return round(f + numpy_laplace(low / STEPS, scale=b), places) == y


def possible_counts(release: float, *, counts: Iterable[float], scale: float) -> tuple[float, ...]:
    """Those of ``counts`` from which ``release`` can come. One left over means: it is named."""
    return tuple(one for one in counts if could_come_from(release, count=one, scale=scale))


def named_fraction(
    *, count: float, scale: float, n_releases: int, rng: np.random.Generator
) -> float:
    """How often one release names the table, when it is ``count`` or ``count`` + 1.

    ``n_releases`` draws from each of the two; a release that can come from only one names it.
    """
    pair = (count, count + 1)
    releases = [one + rng.laplace(scale=scale, size=n_releases) for one in pair]
    names = [
        len(possible_counts(release, counts=pair, scale=scale)) == 1
        for release in np.concatenate(releases).tolist()
    ]
    return sum(names) / len(names)


def reachable(floats: Iterable[float], *, count: float, scale: float) -> NDArray[np.bool_]:
    """For each of ``floats`` whether it can be an output for ``count``; a new array (n,)."""
    return np.array([could_come_from(float(y), count=count, scale=scale) for y in floats])


def next_floats(start: float, *, how_many: int) -> NDArray[np.float64]:
    """``start`` and the floats that follow it, none left out: shape (how_many,)."""
    floats = [finite("start", start)]
    while len(floats) < how_many:
        floats.append(float(np.nextafter(floats[-1], np.inf)))
    return np.array(floats)
