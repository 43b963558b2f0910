"""Figures of lesson 00."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure


def one_and_all(answers: ArrayLike, estimates: ArrayLike, *, truth: float, alt: str) -> Plot:
    """The same survey repeated: what one person answered (0 or 1), what was estimated.

    ``answers`` and ``estimates`` have one entry for each repetition; an estimate, like ``truth``, is
    the share of people with the disease, from 0 to 1.
    """
    one, percent = np.asarray(answers), 100 * np.asarray(estimates)
    repetition = np.arange(1, len(one) + 1)
    figure, (person, crowd) = new_figure(columns=2, height=2.9)
    person.scatter(repetition, one, s=22, color=ORANGE, edgecolors=BLACK, linewidths=0.5)
    person.set(xlabel="repetition of the survey", ylabel="his answer", ylim=(-0.6, 1.6))
    person.set_yticks([0, 1], ["no", "yes"])
    person.set_title(f"one patient: {int(one.sum())} times yes", fontsize=10)
    crowd.axhline(100 * truth, color=BLACK, linewidth=1, linestyle="--", label="truth")
    crowd.scatter(repetition, percent, s=22, color=BLUE, marker="s", label="estimate")
    crowd.set(xlabel="repetition of the survey", ylabel="share with disease (%)", ylim=(0, 100))
    crowd.set_title("everybody", fontsize=10)
    crowd.legend(frameon=False, loc="lower right", fontsize=9)
    return Plot(figure, alt)


DOORS = ("records", "computation", "result")
TECHNOLOGIES = ("federated learning", "secure computation", "differential privacy")
CLOSED = (  # what each technology does at its own door
    "each hospital\nkeeps its own",
    "nobody who computes\nsees an input",
    "says little about\nany one person",
)
FOUND = {  # (technology, door) -> what the attack of section 6 finds there
    (0, 1): "the server reads\nhis diagnosis",
    (0, 2): "everybody reads\nhis diagnosis",
    (1, 2): "everybody reads\nhis diagnosis",
    (2, 2): "even his own answer\nmay be a lie",
}


def three_doors(*, attacked: bool = False) -> Plot:
    """The way from the records to the world, three times: each technology closes one door, in blue.

    ``attacked`` adds what the lesson's attack finds: in red behind an open door.
    """
    found = FOUND if attacked else {}
    figure, panels = new_figure(columns=3, height=3.0)
    words = []
    for one, (axes, technology) in enumerate(zip(panels, TECHNOLOGIES, strict=True)):
        axes.set_axis_off()
        axes.set(xlim=(-1, 1), ylim=(-0.45, 2.45))
        axes.set_title(f"{one + 1} · {technology}", fontsize=10.5, color=BLACK)
        for row in (0, 1):
            arrow = {"arrowstyle": "-|>", "color": GREY, "lw": 1.2}
            axes.annotate("", (0, 1.36 - row), (0, 1.64 - row), arrowprops=arrow)
        told = []
        for place, door in enumerate(DOORS):
            says = found.get((one, place), CLOSED[one] if place == one else "")
            _door(axes, 2 - place, door, says, closed=place == one)
            if says:
                state = "closed" if place == one else "open"
                told.append(f"the door {door} is {state}, {says}".replace("\n", " "))
        words.append(f"{one + 1}, {technology}: {'; '.join(told)}.")
    return Plot(figure, f"Three panels, each from {' to '.join(DOORS)}. {' '.join(words)}")


def _door(axes: Axes, height: float, name: str, says: str, *, closed: bool) -> None:
    colour = BLUE if closed else RED if says else GREY
    look = {
        "boxstyle": "round,pad=0.45",
        "facecolor": "white",
        "edgecolor": colour,
        "linewidth": 2.6 if closed else 1.3,
        "linestyle": "-" if closed else "--",
    }
    text = f"{name}:\n{says}" if says else name
    axes.text(0, height, text, ha="center", va="center", fontsize=9, color=colour, bbox=look)
