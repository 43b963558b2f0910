"""Widgets of lesson 32."""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, new_figure
from lessons.widgets.picture import Artists, PictureWidget, checkbox, int_slider

MODULUS = 11
HOURS = np.arange(MODULUS)
THIRD = 1  # what party 3 holds, in the first widget

N_PARTIES = 7
# the true polynomial, the secret first; its first t + 1 coefficients are used
TRUTH = (5, 3, 9, 2, 7)
LIARS = (6, 3, 7, 4)  # who lies: the first, the first two, …
LIES = (4, 7, 2, 9)  # by how much, when they do not agree


@dataclass(frozen=True)
class FreeSecret:
    """The polynomial of degree 2 through a secret and two shares, over Z_11 and over the reals."""

    secret: int
    shares: tuple[int, int]
    coefficients: tuple[int, int]  # a_1 and a_2 over Z_11
    values: NDArray[np.int64]  # (11,) f(0), …, f(10) over Z_11
    bend: float  # a_2 over the reals
    third: bool  # whether party 3 joins


def through(*, secret: int, first: int, second: int, third: bool) -> FreeSecret:
    """The one polynomial f with f(0) = secret, f(1) = first and f(2) = second."""
    twice = secret - 2 * first + second  # 2·a_2
    a_2 = twice * pow(2, -1, MODULUS) % MODULUS
    a_1 = (first - secret - a_2) % MODULUS
    values = (secret + a_1 * HOURS + a_2 * HOURS**2) % MODULUS
    return FreeSecret(secret, (first, second), (a_1, a_2), values, twice / 2, third)


def secret_slides() -> PictureWidget:
    """Two shares stand still, the secret slides: a polynomial fits every time."""
    figure, (reals, field) = new_figure(columns=2, height=3.7, width=8.6)
    reals.set(xlim=(-0.3, 3.2), ylim=(-13, 24), xlabel="X", ylabel="f(X)")
    reals.set_title("over the real numbers, for the eye")
    reals.set_xticks([0, 1, 2, 3])
    field.set(xlim=(-0.7, 10.7), ylim=(-0.9, 10.9), xlabel="X", ylabel="f(X), modulo 11")
    field.set_title("over Z_11: what is really shared")
    field.set_xticks(range(MODULUS))
    field.set_yticks(range(MODULUS))
    field.grid(color=GREY, lw=0.3)
    for axes in (reals, field):
        axes.axvline(0, color=BLACK, lw=0.8)
    artists = {
        "curve": reals.plot([], [], color=BLUE, lw=2)[0],
        "dots": field.plot([], [], "o", ms=5, color=GREY)[0],
        "secret": [axes.plot([], [], "s", ms=10, color=BLUE)[0] for axes in (reals, field)],
        "shares": [axes.plot([], [], "o", ms=10, color=ORANGE)[0] for axes in (reals, field)],
        "third": field.plot([], [], "o", ms=13, mfc="none", mec=RED, mew=2)[0],
    }
    return PictureWidget(
        controls={
            "secret": int_slider("secret", 7, 0, MODULUS - 1),
            "first": int_slider("share of party 1", 4, 0, MODULUS - 1),
            "second": int_slider("share of party 2", 9, 0, MODULUS - 1),
            "third": checkbox(f"party 3 joins, with the share {THIRD}", False),
        },
        compute=through,
        figure=figure,
        artists=artists,
        update=_slide,
        describe=describe_slide,
    )


def describe_slide(result: FreeSecret) -> str:
    """The picture in words."""
    a_1, a_2 = result.coefficients
    words = (
        f"Secret {result.secret}, shares {result.shares[0]} and {result.shares[1]}: over Z_{MODULUS} "
        f"they fit f(X) = {result.secret} + {a_1}·X + {a_2}·X², so a_1 = {a_1} and a_2 = {a_2}. "
        f"At 3 it is {result.values[3]}"
    )
    if not result.third:
        return words + "."
    if result.values[3] == THIRD:
        return words + ", the share of party 3: this is the secret."
    return words + f", but party 3 holds {THIRD}: this secret is ruled out."


def _slide(artists: Artists, result: FreeSecret) -> None:
    x = np.linspace(-0.2, 3.1, 100)
    first = result.shares[0]
    slope = first - result.secret - result.bend
    artists["curve"].set_data(x, result.secret + slope * x + result.bend * x**2)
    artists["dots"].set_data(HOURS, result.values)
    for marker in artists["secret"]:
        marker.set_data([0], [result.secret])
    for marker in artists["shares"]:
        marker.set_data([1, 2], result.shares)
    artists["third"].set_data([3], [THIRD])
    artists["third"].set_visible(result.third)


@dataclass(frozen=True)
class Vote:
    """Seven shares, some of them lies, and how many lie on one polynomial for each secret."""

    threshold: int
    liars: tuple[int, ...]
    together: bool
    shares: NDArray[np.int64]  # (7,)
    truth: NDArray[np.int64]  # (11,) the true polynomial at 0, …, 10
    lie: NDArray[np.int64]  # (11,) that of the liars, or the true one if they have none
    votes: NDArray[np.int64]  # (11,) for each secret the most shares on one polynomial


@cache
def _every_polynomial(threshold: int) -> NDArray[np.int8]:
    """The values at 1, …, 7 of all polynomials of this degree over Z_11: (7, 11^(t + 1)), by secret."""
    coefficients = np.array(list(product(range(MODULUS), repeat=threshold + 1)))
    powers = np.arange(1, N_PARTIES + 1) ** np.arange(threshold + 1)[:, np.newaxis]
    return np.ascontiguousarray((coefficients @ powers % MODULUS).T.astype(np.int8))


def vote(*, threshold: int, n_liars: int, together: bool) -> Vote:
    """Count on how many shares the polynomials agree; liars who agree choose theirs well.

    It meets the true one at t honest parties: more is not possible.
    """
    powers = HOURS ** np.arange(threshold + 1)[:, np.newaxis]
    truth = np.array(TRUTH[: threshold + 1]) @ powers % MODULUS
    liars = LIARS[:n_liars]
    fooled = [x for x in range(1, N_PARTIES + 1) if x not in liars][:threshold]
    agreed = bool(together and liars)
    move = np.full(MODULUS, int(agreed))
    for x in fooled:
        move = move * (HOURS - x) % MODULUS
    lie = (truth + move) % MODULUS
    shares = truth[1 : N_PARTIES + 1].copy()
    for liar, amount in zip(liars, LIES, strict=False):
        shares[liar - 1] = lie[liar] if agreed else (shares[liar - 1] + amount) % MODULUS
    on_it = sum(
        (values == share).astype(np.int8)
        for values, share in zip(_every_polynomial(threshold), shares, strict=True)
    )
    votes = np.asarray(on_it).reshape(MODULUS, -1).max(axis=1).astype(np.int64)
    return Vote(threshold, tuple(sorted(liars)), agreed, shares, truth, lie, votes)


def liars_vote() -> PictureWidget:
    """Seven shares with liars among them, and the vote of the polynomials."""
    figure, (left, right) = new_figure(columns=2, height=3.7, width=8.6)
    left.set(xlim=(-0.6, 7.6), ylim=(-0.9, 10.9), xlabel="party (0: the secret)", ylabel="share")
    left.set_xticks(range(N_PARTIES + 1))
    left.axvline(0, color=BLACK, lw=0.8)
    right.set(
        xlim=(-0.7, 10.7), ylim=(0, 8.9), xlabel="secret", ylabel="most shares on one polynomial"
    )
    right.set_xticks(range(MODULUS))
    artists = {
        "truth": left.plot([], [], "_", ms=24, mew=3, color=BLUE, label="true polynomial")[0],
        "lie": left.plot([], [], "_", ms=15, mew=3, color=RED, label="the liars' polynomial")[0],
        "honest": left.plot([], [], "o", ms=7, color=BLACK, label="honest share")[0],
        "lied": left.plot([], [], "X", ms=9, color=RED, label="a liar's share")[0],
        "bars": right.vlines(HOURS, 0, 1, color=GREY, lw=9),
        "names": [right.text(0, 0, "", fontsize=9, ha="center") for _ in range(2)],
        "bound": right.plot([], [], ls="--", lw=1.2, color=BLACK)[0],
        "limit": right.text(10.6, 8.3, "", fontsize=9, ha="right", color=BLACK),
    }
    figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    return PictureWidget(
        controls={
            "threshold": int_slider("threshold", 2, 0, 4),
            "n_liars": int_slider("number of liars", 1, 0, 4),
            "together": checkbox("the liars agree on one polynomial", False),
        },
        compute=vote,
        figure=figure,
        artists=artists,
        update=_count,
        describe=describe_vote,
    )


def describe_vote(result: Vote) -> str:
    """The picture in words."""
    secret, n_liars = int(result.truth[0]), len(result.liars)
    others = np.where(secret == HOURS, 0, result.votes)
    rival, best = "the best wrong secret", int(others.argmax())
    if result.together:
        rival, best = "the liars' secret", int(result.lie[0])
    names = " and ".join(", ".join(map(str, result.liars)).rsplit(", ", 1))
    who = ("nobody lies", f"party {names} lies")[n_liars] if n_liars < 2 else f"parties {names} lie"
    most = (N_PARTIES - result.threshold - 1) // 2
    ahead = "The truth wins" if result.votes[secret] > others.max() else "The truth does not win"
    return (
        f"{N_PARTIES} parties, threshold {result.threshold}, {who}: {result.votes[secret]} shares lie on "
        f"one polynomial with the true secret {secret}, {result.votes[best]} on one with {rival} {best}. "
        f"{ahead}; it always does up to {most} {'liar' if most == 1 else 'liars'}."
    )


def _count(artists: Artists, result: Vote) -> None:
    parties = np.arange(N_PARTIES + 1)
    artists["truth"].set_data(parties, result.truth[: N_PARTIES + 1])
    artists["lie"].set_data(parties, result.lie[: N_PARTIES + 1])
    artists["lie"].set_visible(result.together)
    lied = np.isin(parties[1:], result.liars)
    artists["honest"].set_data(parties[1:][~lied], result.shares[~lied])
    artists["lied"].set_data(parties[1:][lied], result.shares[lied])
    artists["bars"].set_segments([[(x, 0), (x, int(one))] for x, one in enumerate(result.votes)])
    secret, false = int(result.truth[0]), int(result.lie[0])
    colours = [GREY] * MODULUS
    colours[secret] = BLUE
    if result.together:
        colours[false] = RED
    artists["bars"].set_color(colours)
    for text, where, words, colour in zip(
        artists["names"], (secret, false), ("truth", "lie"), (BLUE, RED), strict=True
    ):
        text.set_text(words if words == "truth" or result.together else "")
        text.set_position((where, int(result.votes[where]) + 0.2))
        text.set_color(colour)
    left = N_PARTIES - len(result.liars)
    artists["bound"].set_data([-0.7, 10.7], [left, left])
    artists["limit"].set_text(f"dashed: {left} honest shares")
