"""Figures of lesson 21: rows of pictures, who holds what, alone and together, accuracy by round."""

import numpy as np
import pytest

from lessons.plots.fedavg import accuracy_curves, alone_and_together, class_counts, picture_grid
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from tests.plots.artists import (
    ALT,
    colour_of,
    frame,
    inside,
    level,
    line,
    same_legend,
    same_lines,
    texts,
    ticks,
)


def test_each_row_has_its_name_and_each_column_its_title():
    images = [np.roll(np.arange(64.0), k) for k in range(5)]
    rows = {"true": images[:3], "rebuilt": images[3:]}
    plot = picture_grid(rows, titles=["first", "second", "third"], alt=ALT)
    grid = np.reshape(plot.figure.axes, (2, 3))
    for row, (name, pictures) in enumerate(rows.items()):
        assert [words for words, _, _ in texts(grid[row, 0])] == [name]
        for column in range(3):
            shown = [np.asarray(one.get_array()) for one in grid[row, column].images]
            assert len(shown) == (column < len(pictures))
            for pixels in shown:
                assert all(pixels[k // 8, k % 8] == pictures[column][k] for k in range(64))
            assert not grid[row, column].axison
            assert all(one.get_cmap().name == "gray_r" for one in grid[row, column].images)
    assert [axes.get_title() for axes in grid[0]] == ["first", "second", "third"]
    assert [axes.get_title() for axes in grid[1]] == [""] * 3 and plot.alt == ALT


def test_columns_without_titles_stay_bare():
    plot = picture_grid({"one": [np.zeros(64)]}, alt=ALT)
    assert [axes.get_title() for axes in plot.figure.axes] == [""]


def test_dots_stand_at_digit_and_client_with_the_area_of_the_count():
    table = np.zeros((3, 10), dtype=int)
    table[0, 4], table[1, 0], table[2, 9], table[2, 4] = 30, 7, 90, 2
    plot = class_counts({"even": table, "uneven": table[::-1]}, alt=ALT)
    for axes, counts in zip(plot.figure.axes, (table, table[::-1]), strict=True):
        (dots,) = axes.collections
        found = {
            (round(x), round(y)): size
            for (x, y), size in zip(dots.get_offsets(), dots.get_sizes(), strict=True)
        }
        expected = {
            (digit, client + 1): counts[client, digit]
            for client in range(3)
            for digit in range(10)
            if counts[client, digit]
        }
        assert found.keys() == expected.keys() and colour_of(dots) == BLUE
        per_example = [found[place] / expected[place] for place in found]
        assert np.allclose(per_example, per_example[0]), "the area counts, not the radius"
        assert axes.get_xticks().tolist() == [*range(10)] and axes.get_yticks().tolist() == [
            1,
            2,
            3,
        ]
        assert axes.get_xlim()[0] < 0 and axes.get_xlim()[1] > 9
    frame(plot.figure.axes[0], title="even", xlabel="digit", ylabel="client")
    frame(plot.figure.axes[1], title="uneven", xlabel="digit")


@pytest.mark.parametrize("splits", [1, 3])
def test_clients_alone_stand_under_the_line_of_all_data(splits):
    every = {"even": [0.61, 0.7, 0.655], "skewed": [0.41, 0.3, 0.52], "sizes": [0.2, 0.81, 0.33]}
    alone = {name: np.array(every[name]) for name in list(every)[:splits]}
    plot = alone_and_together(alone, together=0.943, alt=ALT)
    (axes,) = plot.figure.axes
    looks = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"))
    same_lines(
        axes,
        *(
            line([1, 2, 3], values, *look, f"alone, {name}")
            for (name, values), look in zip(alone.items(), looks, strict=False)
        ),
        level(0.943, BLACK, "--", "all data in one place"),
    )
    same_legend(axes, *(f"alone, {name}" for name in alone), "all data in one place")
    frame(axes, xlabel="client", ylabel="test accuracy")
    assert set(ticks(axes.xaxis)) == {1, 2, 3} and inside(axes) and plot.alt == ALT


def test_accuracy_before_the_first_round_stands_at_zero_and_the_target_is_a_line():
    panels = {
        "even": {"E = 1": [0.1, 0.41, 0.77], "E = 5": [0.12, 0.7, 0.9], "one": [0.1, 0.3, 0.5]},
        "skewed": {"E = 1": [0.09, 0.2, 0.31], "E = 5": [0.1, 0.25, 0.7], "one": [0.1, 0.2, 0.4]},
    }
    plot = accuracy_curves(panels, target=0.873, alt=ALT)
    looks = ((BLUE, "o-"), (RED, "s--"), (GREEN, "^:"))
    for axes, (title, curves) in zip(plot.figure.axes, panels.items(), strict=True):
        same_lines(
            axes,
            *(
                line([0, 1, 2], values, *look, name)
                for (name, values), look in zip(curves.items(), looks, strict=True)
            ),
            level(0.873, GREY),
        )
        frame(axes, title=title, xlabel="rounds")
        assert inside(axes)
    frame(plot.figure.axes[0], ylabel="test accuracy")
    same_legend(plot.figure.axes[-1], "E = 1", "E = 5", "one")
