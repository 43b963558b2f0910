"""Figures of lesson 37."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lessons.plots.figure import BLUE, GREY, ORANGE, Plot, new_figure


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
