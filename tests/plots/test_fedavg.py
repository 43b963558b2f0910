"""Figures of lesson 21: rows of pictures, who holds what, alone and together, accuracy by round."""

import numpy as np
import pytest

from lessons.fl.rounds import fedavg_round
from lessons.plots.fedavg import (
    accuracy_curves,
    alone_and_together,
    class_counts,
    one_round,
    picture_grid,
    what_the_server_reads,
)
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from tests.plots.artists import (
    ALT,
    colour_of,
    frame,
    inside,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    ticks,
    upright,
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

    def clients(counts):
        held = [np.repeat(np.arange(10), row) for row in counts]
        return [(np.zeros((len(labels), 64)), labels) for labels in held]

    plot = class_counts({"even": clients(table), "uneven": clients(table[::-1])})
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
    alone = {name: every[name] for name in list(every)[:splits]}
    plot = alone_and_together(alone, together=0.943)
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
    assert set(ticks(axes.xaxis)) == {1, 2, 3} and inside(axes)
    ends = ["61.0%", "70.0%", "30.0%", "52.0%", "20.0%", "81.0%"][: 2 * splits]
    assert numbers(plot.alt) == [*ends, "94.3%"]


def test_accuracy_before_the_first_round_stands_at_zero_and_the_target_is_a_line():
    panels = {
        "even": {"E = 1": [0.1, 0.41, 0.77], "E = 5": [0.12, 0.7, 0.9], "one": [0.1, 0.3, 0.5]},
        "skewed": {"E = 1": [0.9, 0.2, 0.31], "E = 5": [0.1, 0.873, 0.7], "one": [0.1, 0.2, 0.4]},
    }
    first = {"even": {"E = 5": 2}, "skewed": {"E = 1": 0, "E = 5": 1}}  # where 0.873 is reached
    plot = accuracy_curves(panels, target=0.873)
    looks = ((BLUE, "o-"), (RED, "s--"), (GREEN, "^:"))
    for axes, (title, curves) in zip(plot.figure.axes, panels.items(), strict=True):
        rings = [
            line([first[title][name]], [values[first[title][name]]], colour, "o")
            for (name, values), (colour, _) in zip(curves.items(), looks, strict=True)
            if name in first[title]
        ]
        same_lines(
            axes,
            *(
                line([0, 1, 2], values, *look, name)
                for (name, values), look in zip(curves.items(), looks, strict=True)
            ),
            level(0.873, GREY, label="target 0.873"),
            *rings,
        )
        written = {(words, x) for words, x, _ in texts(axes)}
        assert written == {(str(n), n) for n in first[title].values()}
        assert all(1 < y < axes.get_ylim()[1] for _, _, y in texts(axes)), "above every curve"
        frame(axes, title=title, xlabel="rounds")
        assert inside(axes)
    frame(plot.figure.axes[0], ylabel="test accuracy")
    same_legend(plot.figure.axes[-1], "target 0.873", "E = 1", "E = 5", "one")
    for title, curves in panels.items():
        for name in curves:
            found = first[title].get(name)
            words = "not at all" if found is None else f"after {found} round{'s' * (found != 1)}"
            assert f"{title}, {name}: {words}" in plot.alt


def test_one_round_is_that_of_the_course_and_the_dashed_line_a_step_on_everything():
    examples, w, eta = [[1, 3, 8], [10]], 0.5, 0.25
    clients = [(np.array(own, dtype=float)[:, None], np.zeros(len(own))) for own in examples]
    asked = []

    def step(start, inputs, targets):
        asked.append(eta * (inputs.mean(axis=0) - start))
        return asked[-1]

    landed = float(fedavg_round(np.array([w]), clients, client_update=step)[0])
    plain = w + float(np.mean(asked))
    plot = one_round(w, examples, learning_rate=eta)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([1, 3, 8], [3, 3, 3], BLUE, "o", "client 1"),
        line([10], [3], ORANGE, "s", "client 2"),
        line([w], [2], BLUE, "o"),
        line([w], [2], ORANGE, "s"),
        line([plain], [-0.3], RED, "x"),
        upright(5.5, GREEN, ":"),  # the mean of 1, 3, 8 and 10
        upright(landed, GREY, "--"),
    )
    arrows = [(one.xyann, one.xy) for one in axes.texts if getattr(one, "arrow_patch", None)]
    assert [start[0] for start, _ in arrows] == [w, w, w]
    ends = [*(w + float(update[0]) for update in asked), landed]
    assert np.allclose([end[0] for _, end in arrows], ends)
    assert all(start[1] == end[1] for start, end in arrows), "arrows are level"
    assert list(ticks(axes.yaxis)) == [3, 2, 1, 0] and inside(axes)
    same_legend(axes, "client 1", "client 2")
    frame(axes, xlabel="parameter w", ylabel="step")
    said = {words for words, _, _ in texts(axes)}
    moves = {f"{float(update[0]):+.2f}" for update in asked}
    assert {f"by shares: {landed:.3f}", f"unweighted mean: {plain:.3f}"} | moves <= said
    assert f"by shares lands at {landed:.3f}" in plot.alt
    assert f"the unweighted mean lands at {plain:.3f}" in plot.alt


def test_what_the_server_reads_has_a_column_for_each_client_and_says_both_correlations():
    columns = [tuple(np.arange(64.0) + 10 * k + row for row in range(3)) for k in range(2)]
    plot = what_the_server_reads((1, 7), columns, [(0.9, 0.95), (0.31, 0.4)])
    grid = np.reshape(plot.figure.axes, (3, 2))
    for row in range(3):
        for column in range(2):
            (shown,) = grid[row, column].images
            assert np.asarray(shown.get_array())[0, 0] == 10 * column + row
    titles = ["1 image\n0.900 · 0.950", "7 images\n0.310 · 0.400"]
    assert [axes.get_title() for axes in grid[0]] == titles
    assert numbers(plot.alt) == ["1", "7", "0.900", "0.950", "0.310", "0.400"]
