"""Figures of lesson 12."""

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLUE, RED, Plot, new_figure


def two_densities(
    x: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64], *, alt: str
) -> Plot:
    """Two output densities over the same releases ``x``, and the ratio between them below."""
    figure, (densities, ratio) = new_figure(columns=2)
    densities.plot(x, first, color=BLUE, label="with the patient")
    densities.plot(x, second, color=RED, linestyle="--", label="without")
    densities.set(xlabel="released count", ylabel="density")
    densities.legend(frameon=False)
    ratio.plot(x, np.log(first / second), color=BLUE)
    ratio.set(xlabel="released count", ylabel="ln of the ratio")
    return Plot(figure, alt)
