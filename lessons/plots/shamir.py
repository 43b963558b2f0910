"""Figures of lesson 32."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure

SECRETS = range(-4, 13, 2)  # of the parabolas that pass through two shares


def shares_and_secrets(
    shares: Sequence[float], *, modulus: int, by_secret: Sequence[Sequence[int]], follow: int
) -> Plot:
    """Three shares fix a parabola; two leave the secret free; over Z_p each secret fits exactly once.

    ``shares``     of parties 1, 2 and 3; the last is used in the first picture only
    ``by_secret``  for each secret 0 … p − 1 the values at 0 … p − 1 of the polynomial of degree 2 through
                   the first two shares
    ``follow``     the secret whose polynomial stands out in the last picture
    """
    figure, (three, two, field) = new_figure(height=3.5, columns=3, width=9.6)
    first, second, third = shares
    fixed = 3 * first - 3 * second + third
    _parabola(three, fixed, first, second, colour=BLUE, width=2)
    three.plot([1, 2, 3], shares, "o", ms=8, color=ORANGE, zorder=3)
    three.plot([0], [fixed], "s", ms=8, color=BLUE, zorder=3)
    three.set(title="three shares: one secret")
    for secret in SECRETS:
        _parabola(two, secret, first, second, colour=GREY, width=1)
    two.plot([0] * len(SECRETS), list(SECRETS), "s", ms=5, color=BLUE, zorder=3)
    two.plot([1, 2], [first, second], "o", ms=8, color=ORANGE, zorder=3)
    two.set(title="two shares: any secret")
    for axes in (three, two):
        axes.set(xlabel="X", ylabel="f(X)", xlim=(-0.25, 3.3), ylim=(-8, 22))
        axes.axvline(0, color=BLACK, lw=0.8)
        axes.set_xticks([0, 1, 2, 3])
    for x in range(modulus):
        if len({values[x] for values in by_secret}) == 1:
            field.plot([x], [by_secret[0][x]], "o", ms=8, color=ORANGE)
            continue
        for secret, values in enumerate(by_secret):
            style: dict[str, Any] = {"color": BLUE if x == 0 else GREY, "fontsize": 7}
            if secret == follow:
                style = {"color": RED, "fontsize": 10, "weight": "bold"}
            field.text(x, values[x], str(secret), ha="center", va="center", **style)
    field.set(title=f"over Z_{modulus}: each secret once", xlabel="X", ylabel="f(X)")
    field.set(xlim=(-0.7, modulus - 0.3), ylim=(-0.8, modulus - 0.2))
    field.set_xticks(range(0, modulus, 2))
    field.set_yticks(range(0, modulus, 2))
    return Plot(
        figure,
        f"Three pictures. Shares {first:g}, {second:g} and {third:g} at 1, 2 and 3 fix one parabola; at 0 "
        f"it is {fixed:g}. Two shares: {len(SECRETS)} of the parabolas through them, from the secret "
        f"{SECRETS[0]} to {SECRETS[-1]}. Over Z_{modulus}, the polynomials through the two shares, each "
        f"marked by its secret: in every column but those of the two shares each of the {modulus} "
        f"secrets stands exactly once. Those of the secret {follow} stand out.",
    )


def _parabola(
    axes: Axes, secret: float, first: float, second: float, *, colour: str, width: float
) -> None:
    bend = (secret - 2 * first + second) / 2
    slope = first - secret - bend
    x = [k / 50 for k in range(-10, 164)]
    axes.plot(x, [secret + slope * one + bend * one**2 for one in x], color=colour, lw=width)
