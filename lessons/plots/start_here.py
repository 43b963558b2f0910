"""Figures of lesson 00."""

import numpy as np
from numpy.typing import ArrayLike

from lessons.plots.figure import BLACK, BLUE, ORANGE, Plot, new_figure


def one_and_all(answers: ArrayLike, shares: ArrayLike, *, truth: float, alt: str) -> Plot:
    """The same survey repeated: what one person answered (0 or 1), what share was estimated.

    ``answers`` and ``shares`` have one entry for each repetition; shares and ``truth`` from 0 to 1.
    """
    one, percent = np.asarray(answers), 100 * np.asarray(shares)
    repetition = np.arange(1, len(one) + 1)
    figure, (person, crowd) = new_figure(columns=2, height=2.9)
    person.scatter(repetition, one, s=22, color=ORANGE, edgecolors=BLACK, linewidths=0.5)
    person.set(xlabel="repetition of the survey", ylabel="his answer", ylim=(-0.6, 1.6))
    person.set_yticks([0, 1], ["no", "yes"])
    person.set_title("one patient", fontsize=10)
    crowd.axhline(100 * truth, color=BLACK, linewidth=1, linestyle="--", label="truth")
    crowd.scatter(repetition, percent, s=22, color=BLUE, marker="s", label="estimate")
    crowd.set(xlabel="repetition of the survey", ylabel="share with disease (%)", ylim=(0, 100))
    crowd.set_title("everybody", fontsize=10)
    crowd.legend(frameon=False, loc="lower right", fontsize=9)
    return Plot(figure, alt)
