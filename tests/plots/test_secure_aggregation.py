"""The figures of lesson 38: masks on a triangle, images side by side, who gave which share."""

import numpy as np
import pytest

from lessons.plots import secure_aggregation as plots
from lessons.plots.figure import BLUE, GREEN, GREY, ORANGE, RED
from tests.plots.artists import colour_of, hex_of, numbers, texts


@pytest.mark.parametrize(
    ("values", "masks", "modulus"),
    [
        ({1: 12, 2: 30, 3: 7}, {(1, 2): 55, (1, 3): 64, (2, 3): 20}, 100),
        ({1: 3, 2: 0, 3: 6}, {(1, 2): 6, (1, 3): 1, (2, 3): 5}, 7),
    ],
)
def test_masks_are_added_once_and_taken_away_once_and_two_are_left_without_client_3(
    values, masks, modulus
):
    sent = {
        1: (values[1] + masks[1, 2] + masks[1, 3]) % modulus,
        2: (values[2] - masks[1, 2] + masks[2, 3]) % modulus,
        3: (values[3] - masks[1, 3] - masks[2, 3]) % modulus,
    }
    plot = plots.triangle(values=values, pair_masks=masks, modulus=modulus)
    pairs, seen, lost = plot.figure.axes
    words = {axes: [one for one, _, _ in texts(axes)] for axes in plot.figure.axes}
    for client in (1, 2, 3):
        assert f"client {client}\n{values[client]}" in words[pairs]
        assert f"client {client}\n{sent[client]}" in words[seen]
        left = "gone" if client == 3 else sent[client]
        assert f"client {client}\n{left}" in words[lost]
    for (u, v), mask in masks.items():
        (plus,) = [(x, y) for one, x, y in texts(pairs) if one == f"+{mask}"]
        (minus,) = [(x, y) for one, x, y in texts(pairs) if one == f"−{mask}"]
        near = [np.hypot(*np.subtract(plots.PLACES[u], at)) for at in (plus, minus)]
        assert near[0] < near[1], "the client with the smaller number adds"
        assert (f"+{mask}" in words[lost]) == (v == 3)
    right = (values[1] + values[2]) % modulus
    assert f"sum: {(sent[1] + sent[2]) % modulus}, should be {right}" in words[lost]
    whole = sum(values.values()) % modulus
    assert f"sum: {whole} = {values[1]} + {values[2]} + {values[3]}" in words[seen]
    assert [colour_of(one) for one in pairs.lines] == [ORANGE] * 3
    assert [colour_of(one) for one in seen.lines] == [GREY] * 3
    assert sorted(colour_of(one) for one in lost.lines) == sorted([ORANGE, RED, RED])
    told = numbers(plot.alt)
    assert told[:3] == [str(values[k]) for k in (1, 2, 3)]
    assert {str(one) for one in sent.values()} <= set(told)


def test_names_of_colours_say_right_and_wrong():
    plot = plots.triangle(
        values={1: 1, 2: 2, 3: 3}, pair_masks={(1, 2): 4, (1, 3): 5, (2, 3): 6}, modulus=10
    )
    colours = [
        next(one.get_color() for one in axes.texts if one.get_text().startswith("sum"))
        for axes in plot.figure.axes[1:]
    ]
    assert colours == [GREEN, RED]
    boxes = {one.get_text(): one.get_color() for one in plot.figure.axes[2].texts}
    assert boxes["client 3\ngone"] == GREY and BLUE in boxes.values()


def test_images_stand_side_by_side_and_alt_says_which_are_alike():
    image = np.arange(64.0)
    noise = np.random.default_rng(1).normal(size=64)
    plot = plots.what_the_server_reads(
        {"image": image, "read\nagain": 3 * image - 7, "noise": noise}
    )
    axes = plot.figure.axes
    for one, pixels in zip(axes, (image, 3 * image - 7, noise), strict=True):
        assert np.array_equal(one.images[0].get_array(), pixels.reshape(8, 8))
    assert [one.get_title() for one in axes] == ["image", "read\nagain", "noise"]
    alike = np.corrcoef(image, noise)[0, 1]
    assert "read again (correlation with the first 1.00)" in plot.alt
    assert f"noise (correlation with the first {alike:.2f})" in plot.alt


def test_white_images_have_a_frame():
    plot = plots.what_the_server_reads({"a corner": np.eye(1, 64), "another": np.eye(1, 64, 63)})
    for axes in plot.figure.axes:
        (edge,) = axes.patches
        assert edge.get_bbox().bounds == (-0.5, -0.5, 8, 8) and not edge.get_fill()


def test_a_grid_says_who_gave_which_share_and_which_secrets_came_out():
    told = {"one": {1: {1, 2}, 2: {1, 2}, 3: {1, 3}}, "two": {1: {1, 3}, 2: {2, 3}}}
    plot = plots.shares_given(told, thresholds=(1, 1), n_clients=3)
    one, two = plot.figure.axes
    grids = [axes.collections[0].get_array().tolist() for axes in (one, two)]
    assert grids == [[[2, 2, 1], [2, 2, 1], [2, 1, 2]], [[2, 1, 2], [1, 2, 2], [0, 0, 0]]]
    colours = [
        [hex_of(c) for c in axes.collections[0].to_rgba(np.array([0, 1, 2]))] for axes in (one, two)
    ]
    assert colours == [["#FFFFFF", ORANGE, BLUE]] * 2
    (legend,) = plot.figure.legends
    looks = [colour_of(handle) for handle in legend.legend_handles]
    names = [text.get_text() for text in legend.get_texts()]
    assert dict(zip(names, looks, strict=True)) == {"share of the key": ORANGE, "share of b": BLUE}
    counts = [[(t.get_text(), t.get_color()) for t in axes.texts] for axes in (one, two)]
    assert counts[0] == [
        ("0", GREY), ("1", GREY), ("2", ORANGE), ("3", BLUE), ("2", BLUE), ("1", GREY),
    ]  # fmt: skip
    assert counts[1] == [
        ("1", GREY), ("1", GREY), ("0", GREY), ("1", GREY), ("1", GREY), ("2", BLUE),
    ]  # fmt: skip
    assert one.get_title() == "one: 2 shares make a secret"
    assert "out come the keys of clients 3 and b of 1, 2; two" in plot.alt
    assert plot.alt.endswith("the keys of clients none and b of 3.")
    assert (one.get_xlabel(), one.get_ylabel()) == ("whose share", "who gives it")
    assert one.get_ylim()[0] > one.get_ylim()[1], "client 1 stands in the first row"
