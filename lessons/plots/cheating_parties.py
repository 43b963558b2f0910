"""Figures of lesson 37."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, SKY, Plot, new_figure


@dataclass(frozen=True)
class Lie:
    """An error on a clock with ``modulus`` hours, and the shift of the gap that the liar guesses."""

    modulus: int
    error: int
    guess: int


def shift_for_each_key(lies: Sequence[Lie]) -> Plot:
    """For each key the shift that the tag needs, α·e, and the keys for which one guess is right."""
    figure, panels = new_figure(columns=len(lies), height=3.2, width=3.4 * len(lies))
    told = []
    for axes, lie in zip(panels, lies, strict=True):
        keys = np.arange(lie.modulus)
        needed = keys * lie.error % lie.modulus
        error, guess = lie.error % lie.modulus, lie.guess % lie.modulus
        right = needed == guess
        axes.axhline(guess, color=ORANGE, lw=1.2, ls="--")
        axes.plot(keys[~right], needed[~right], "o", ms=5, color=GREY)
        axes.plot(keys[right], needed[right], "D", ms=8, color=BLUE)
        axes.set(xlim=(-0.7, lie.modulus - 0.3), ylim=(-0.9, lie.modulus - 0.1), xlabel="key α")
        axes.set(xticks=keys[:: 1 + lie.modulus // 13], yticks=keys[:: 1 + lie.modulus // 13])
        axes.set_ylabel("shift α·e that the tag needs")
        hits = int(right.sum())
        axes.set_title(
            f"{lie.modulus} hours, e = {error}: {guess} fits {hits} of {lie.modulus}",
            fontsize=10,
        )
        told.append(
            f"On a clock with {lie.modulus} hours, for the error {error}, the shifts needed take "
            f"{len(set(needed.tolist()))} different values; the guess {guess} is right for {hits} of "
            f"{lie.modulus} keys."
        )
    return Plot(figure, " ".join(told))


def bits_heard(heard: int, *, low_bits: int, field_bits: int, n_fields: int, bits: int) -> Plot:
    """The binary digits of a number, highest first, cut into what a liar put into it.

    The lowest ``low_bits`` are the sum; ``n_fields`` secrets of ``field_bits`` each stand above it; what is
    left of ``bits`` is not used. ``ValueError`` if they do not fit.
    """
    top = low_bits + field_bits * n_fields
    if not 0 <= heard < 2**top or top > bits:
        raise ValueError(
            f"heard must be in 0 … 2^{top} − 1, with at most {bits} bits, got heard={heard}"
        )
    secrets = [heard >> (low_bits + field_bits * i) & (2**field_bits - 1) for i in range(n_fields)]
    low = heard % 2**low_bits
    parts = [(top, bits, "0", "white")]
    for i in reversed(range(n_fields)):
        start = low_bits + field_bits * i
        parts.append((start, start + field_bits, str(secrets[i]), ORANGE))
    parts.append((0, low_bits, f"{low}, the sum", SKY))
    figure, (axes,) = new_figure(height=1.2)
    axes.set(xlim=(bits, 0), ylim=(-0.75, 1.8))
    axes.set_axis_off()
    for start, end, words, colour in parts:
        axes.broken_barh([(start, end - start)], (0, 1), facecolor=colour, edgecolor=BLACK, lw=1.5)
        if end > start + 1:
            axes.text((start + end) / 2, 1.15, words, ha="center", fontsize=11)
    for k in range(bits):
        axes.text(k + 0.5, 0.45, str(heard >> k & 1), ha="center", va="center", fontsize=8)
    for k in [low_bits + field_bits * i for i in range(n_fields)]:
        axes.text(k, -0.2, f"2^{k}", ha="center", va="top", fontsize=9)
    told = ", ".join(str(one) for one in reversed(secrets))
    return Plot(
        figure,
        f"The {bits} binary digits of the number that is heard, from the highest: {told}, in "
        f"{field_bits} digits each, and in the last {low_bits} digits {low}, the sum.",
    )
