"""Figures of lesson 00: one patient beside everybody, and which door each technology closes."""

import numpy as np

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.plots.start_here import one_and_all, three_doors
from tests.plots.artists import (
    ALT,
    colour_of,
    frame,
    hex_of,
    inside,
    level,
    same_legend,
    same_lines,
    ticks,
)


def test_left_are_his_answers_and_right_the_shares_in_per_cent():
    plot = one_and_all([0, 1, 1, 0], [0.531, 0.6072, 0.55, 0.4817], truth=0.5527, alt=ALT)
    person, crowd = plot.figure.axes
    (answers,), (shares,) = person.collections, crowd.collections
    assert np.allclose(answers.get_offsets(), [(1, 0), (2, 1), (3, 1), (4, 0)])
    assert np.allclose(shares.get_offsets(), [(1, 53.1), (2, 60.72), (3, 55), (4, 48.17)])
    assert (colour_of(answers), colour_of(shares)) == (ORANGE, BLUE)
    assert ticks(person.yaxis) == {0: "no", 1: "yes"}
    frame(
        person,
        title="one patient: 2 times yes",
        xlabel="repetition of the survey",
        ylabel="his answer",
    )
    assert person.get_ylim()[0] < 0 < 1 < person.get_ylim()[1]
    frame(crowd, title="everybody", ylabel="share with disease (%)", ylim=(0, 100))
    frame(crowd, xlabel="repetition of the survey")
    same_lines(crowd, level(55.27, BLACK, "--", "truth"))
    same_lines(person)
    same_legend(crowd, "truth", "estimate")
    assert shares.get_label() == "estimate" and inside(crowd) and plot.alt == ALT


def boxes_of(plot):
    """(words of the door, colour, thick, solid) of each panel, from the top."""
    found = []
    for axes in plot.figure.axes:
        doors = [one for one in axes.texts if one.get_text()]
        doors.sort(key=lambda one: -one.get_position()[1])
        looks = [one.get_bbox_patch() for one in doors]
        assert all(
            hex_of(box.get_edgecolor()) == colour_of_text(one)
            for box, one in zip(looks, doors, strict=True)
        )
        found.append(
            [
                (
                    one.get_text().replace("\n", " "),
                    colour_of_text(one),
                    box.get_linewidth() > 2,
                    box.get_linestyle() == "-",
                )
                for one, box in zip(doors, looks, strict=True)
            ]
        )
    return found


def colour_of_text(text):
    return hex_of(text.get_color())


def test_each_technology_closes_the_door_of_its_own_place():
    plot = three_doors()
    for panel, doors in enumerate(boxes_of(plot)):
        assert [words.split(":")[0] for words, *_ in doors] == ["records", "computation", "result"]
        for place, (words, *look) in enumerate(doors):
            closed = place == panel
            assert look == [BLUE if closed else GREY, closed, closed]
            assert (": " in words) == closed and (not closed or words.split(": ")[1] in plot.alt)
    titles = [axes.get_title() for axes in plot.figure.axes]
    assert titles == [
        "1 · federated learning",
        "2 · secure computation",
        "3 · differential privacy",
    ]


def test_after_the_attack_the_open_doors_that_it_used_are_red():
    plot = three_doors(attacked=True)
    federated, shared, private = boxes_of(plot)
    assert [one[1] for one in federated] == [BLUE, RED, RED]
    assert [one[1] for one in shared] == [GREY, BLUE, RED]
    assert [one[1] for one in private] == [GREY, GREY, BLUE]
    assert federated[1][0] == "computation: the server reads his diagnosis"
    assert federated[2][0] == shared[2][0] == "result: everybody reads his diagnosis"
    assert private[2][0] == "result: even his own answer may be a lie"
    for words, colour, *_ in (*federated, *shared, *private):
        assert colour == GREY or words.split(": ")[1] in plot.alt
