"""Figures of lesson 24: the trigger, updates on a line, the table of rules, who counts."""

import numpy as np
import pytest

from lessons.plots.bad_clients import on_a_line, table_of_rules, triggered, who_counts
from lessons.plots.figure import BLACK, BLUE, GREY, RED, SKY
from tests.plots.artists import frame, line, same_legend, same_lines, texts, ticks, upright


def test_each_digit_stands_above_its_stamped_self_with_both_answers():
    images = [np.full(64, 0.1 * k) for k in range(3)]
    stamped = [np.full(64, 0.9 - 0.1 * k) for k in range(3)]
    plot = triggered(images, stamped, answers=[(4, 0), (7, 0), (5, 3)])
    grid = np.reshape(plot.figure.axes, (2, 3))
    for row, pictures in enumerate((images, stamped)):
        for column in range(3):
            (shown,) = grid[row, column].images
            assert np.asarray(shown.get_array())[0, 0] == pytest.approx(pictures[column][0])
    assert [axes.get_title() for axes in grid[0]] == ["4 → 0", "7 → 0", "5 → 3"]
    assert "4 and 0, 7 and 0, 5 and 3" in plot.alt


def test_updates_stand_on_the_line_and_rules_below_it():
    plot = on_a_line([1, 3, 5], [30], {"mean": 9.75, "median": 4, "third": 2.5})
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([1, 3, 5], [0, 0, 0], GREY, "o", "honest"),
        line([30], [0], RED, "x", "bad"),
        upright(3, GREY, "--", "honest mean"),
        line([9.75], [-1], BLACK, "X"),
        line([4], [-2], BLUE, "s"),
        line([2.5], [-3], SKY, "D"),
    )
    same_legend(axes, "honest", "bad", "honest mean")
    assert ticks(axes.yaxis) == {0: "updates", -1: "mean", -2: "median", -3: "third"}
    assert [words for words, _, _ in texts(axes)] == ["9.75", "4", "2.5"]
    frame(axes, xlabel="value of the one parameter", ylabel="rule")
    assert "1, 3 and 5 and the bad 30" in plot.alt and "mean 9.75, median 4" in plot.alt


def test_equal_lies_are_stacked_and_places_are_rounded():
    plot = on_a_line([0, 3], [-1.5, -1.5], {"mean": -1 / 6})
    (axes,) = plot.figure.axes
    (lies,) = [one for one in axes.lines if one.get_label() == "bad"]
    assert np.allclose(lies.get_ydata(), [0, 0.4])
    assert [words for words, _, _ in texts(axes)] == ["-0.167"] and "mean -0.167" in plot.alt


def test_an_arrow_leads_from_the_honest_alone_to_where_the_rule_lands():
    alone, landed = {"mean": 3.0, "median": 2.0}, {"mean": 12 / 7, "median": 4.0}
    plot = on_a_line([0, 6], [9], landed, alone=alone)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([0, 6], [0, 0], GREY, "o", "honest"),
        line([9], [0], RED, "x", "bad"),
        upright(3, GREY, "--", "honest mean"),
        line([3, 12 / 7], [-1, -1], BLACK),
        line([3], [-1], BLACK, "X", "honest updates alone"),
        line([12 / 7], [-1], BLACK, "X"),
        line([2, 4], [-2, -2], BLUE),
        line([2], [-2], BLUE, "s"),
        line([4], [-2], BLUE, "s"),
    )
    assert [(words, x) for words, x, _ in texts(axes)] == [
        ("3 → 1.71", 12 / 7 - 0.35),
        ("2 → 4", 1.65),
    ]
    assert "mean 1.71, median 4; without the bad ones: mean 3, median 2" in plot.alt


def test_table_writes_every_number_and_low_is_good_where_that_is_wanted():
    columns = {"accuracy": {"a": 0.9, "b": 0.125}, "fooled\ntwice": {"a": 1.0, "b": 0.0}}
    plot = table_of_rules(columns, wanted_low=["fooled\ntwice"])
    (axes,) = plot.figure.axes
    written = {(x, y): words for words, x, y in texts(axes)}
    assert written == {(0, 0): "0.90", (1, 0): "1.00", (0, 1): "0.12", (1, 1): "0.00"}
    colours = np.asarray(axes.images[0].get_array())
    assert np.allclose(colours, [[0.9, 0.0], [0.125, 1.0]])
    assert ticks(axes.xaxis) == {0: "accuracy", 1: "fooled\ntwice"}
    assert ticks(axes.yaxis) == {0: "a", 1: "b"}
    assert "b: accuracy 0.12, fooled twice 0.00" in plot.alt


def test_shares_stand_at_rule_and_client_and_marked_clients_stand_out():
    kept = {"first": np.array([0.25, 1.0, 0.0, 0.5]), "second": np.array([0.0, 0.0, 1.0, 0.0])}
    plot = who_counts(kept, marked=[2, 3])
    (axes,) = plot.figure.axes
    written = {(x, y): words for words, x, y in texts(axes)}
    assert [written[k, 0] for k in range(4)] == [".2", "1", "0", ".5"]
    assert [written[k, 1] for k in range(4)] == ["0", "0", "1", "0"]
    assert np.allclose(np.asarray(axes.images[0].get_array()), list(kept.values()))
    names = axes.get_xticklabels()
    assert [one.get_text() for one in names] == ["1", "2", "3", "4"]
    assert [one.get_color() == RED for one in names] == [False, False, True, True]
    assert "clients 3 and 4" in plot.alt and "first 0.25 and 0.62; second 0.50 and 0.00" in plot.alt
