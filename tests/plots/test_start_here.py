"""Figures of lesson 00: what one patient answered, and what everybody's answers said."""

import numpy as np

from lessons.plots.figure import BLACK, BLUE, ORANGE
from lessons.plots.start_here import one_and_all
from tests.plots.artists import ALT, colour_of, frame, inside, level, same_legend, same_lines, ticks


def test_left_are_his_answers_and_right_the_shares_in_per_cent():
    plot = one_and_all([0, 1, 1, 0], [0.531, 0.6072, 0.55, 0.4817], truth=0.5527, alt=ALT)
    person, crowd = plot.figure.axes
    (answers,), (shares,) = person.collections, crowd.collections
    assert np.allclose(answers.get_offsets(), [(1, 0), (2, 1), (3, 1), (4, 0)])
    assert np.allclose(shares.get_offsets(), [(1, 53.1), (2, 60.72), (3, 55), (4, 48.17)])
    assert (colour_of(answers), colour_of(shares)) == (ORANGE, BLUE)
    assert ticks(person.yaxis) == {0: "no", 1: "yes"}
    frame(person, title="one patient", xlabel="repetition of the survey", ylabel="his answer")
    assert person.get_ylim()[0] < 0 < 1 < person.get_ylim()[1]
    frame(crowd, title="everybody", ylabel="share with disease (%)", ylim=(0, 100))
    frame(crowd, xlabel="repetition of the survey")
    same_lines(crowd, level(55.27, BLACK, "--", "truth"))
    same_lines(person)
    same_legend(crowd, "truth", "estimate")
    assert shares.get_label() == "estimate" and inside(crowd) and plot.alt == ALT
