"""Figures of lesson 32: what some shares say about the secret, and how they give it back."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, Plot, new_figure

SECRETS = range(-4, 13, 2)  # of the parabolas that pass through two shares
PIECES = ((BLUE, "-"), (RED, "--"), (GREEN, "-."))  # one for each party


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


def pieces_and_sum(shares: Sequence[float]) -> Plot:
    """Lagrange's three pieces over the real numbers; times the shares of parties 1, 2, 3 they add up to f.

    Left, each piece is 1 at its own party's point and 0 at the others'. Right, each times its party's
    share, and their sum. The numbers at X = 0 are written beside the curves: the weights and the secret.
    """
    figure, (left, right) = new_figure(height=3.6, columns=2, width=9.6)
    points = (1, 2, 3)
    x = [k / 50 for k in range(-10, 164)]
    weights = [_piece(points, own, 0) for own in points]
    for own, share, weight, (colour, style) in zip(points, shares, weights, PIECES, strict=True):
        curve = [_piece(points, own, one) for one in x]
        left.plot(x, curve, color=colour, ls=style, lw=2, label=f"piece of party {own}")
        left.plot(points, [float(one == own) for one in points], "o", ms=6, color=colour)
        right.plot(x, [share * one for one in curve], color=colour, ls=style, lw=1.5)
        for axes, height in ((left, weight), (right, share * weight)):
            axes.plot([0], [height], "s", ms=6, color=colour)
            axes.annotate(
                f"{height:g}",
                (0, height),
                (8, 3),
                textcoords="offset points",
                color=colour,
                bbox={"fc": "white", "ec": "none", "pad": 0.5},
            )
    total = [
        sum(s * _piece(points, own, one) for s, own in zip(shares, points, strict=True))
        for one in x
    ]
    secret = sum(share * weight for share, weight in zip(shares, weights, strict=True))
    right.plot(x, total, color=BLACK, lw=2.5, label="the sum, f")
    right.plot(points, shares, "o", ms=8, color=ORANGE, zorder=3, label="the shares")
    right.plot([0], [secret], "s", ms=8, color=BLACK)
    right.annotate(f"{secret:g}", (0, secret), (7, 3), textcoords="offset points", weight="bold")
    left.set(title="each piece: 1 at its own point, 0 at the others", ylabel="piece")
    right.set(title="each piece times its party's share", ylabel="value")
    for axes in (left, right):
        axes.set(xlabel="X", xlim=(-0.25, 3.3))
        axes.set_xticks([0, 1, 2, 3])
        axes.axvline(0, color=BLACK, lw=0.8)
        axes.axhline(0, color=BLACK, lw=0.8)
        axes.legend()
    at_zero = ", ".join(f"{one:g}" for one in weights)
    return Plot(
        figure,
        f"Two pictures. Left, three parabolas, one for each party: 1 at its own point, 0 at the points of "
        f"the others; at X = 0 they are {at_zero}. Right, each times its party's share, "
        f"{', '.join(f'{one:g}' for one in shares)}: their sum passes through all shares, and at X = 0 it "
        f"is {secret:g}.",
    )


def _piece(points: Sequence[int], own: int, place: float) -> float:
    value = 1.0
    for other in points:
        value *= (place - other) / (own - other) if other != own else 1.0
    return value


def _parabola(
    axes: Axes, secret: float, first: float, second: float, *, colour: str, width: float
) -> None:
    bend = (secret - 2 * first + second) / 2
    slope = first - secret - bend
    x = [k / 50 for k in range(-10, 164)]
    axes.plot(x, [secret + slope * one + bend * one**2 for one in x], color=colour, lw=width)
