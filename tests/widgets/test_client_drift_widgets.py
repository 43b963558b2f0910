"""The widgets of lesson 22 answer."""

import numpy as np
import pytest

from lessons.checks import client_drift as checks
from lessons.datasets import digits
from lessons.fl import drift, partition
from lessons.messages import seen_by
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.widgets import client_drift as widgets
from tests.plots.artists import (
    frame,
    inside,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    upright,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "where_it_lands": {
        "method": ("method (FedProx with μ = 0 is FedAvg)", "FedProx"),
        "local_steps": ("local steps E", 5, 1, 100, 1),
        "learning_rate": ("learning rate η", 0.05, 0.01, 0.06, 0.01),
        "proximal": ("μ of FedProx", 0, 0, 20, 1),
    },
    "who_gets_what": {
        "alpha": ("α", 1.0, 0.1, 100, 30),
        "deal": ("deal", 1, 1, 9, 1),
    },
    "scaffold_messages": {
        "step": ("step", 1, 0, 4, 1),
        "viewer": ("look over the shoulder of", "client 1"),
    },
}


def by_steps(method, *, local_steps, learning_rate, proximal):
    """The path and the last walks, step by step."""
    p, w, controls, path = np.array([0.5, 0.5]), 0.0, np.zeros((2, 1)), [0.0]
    mu = proximal if method == "FedProx" else 0.0

    def updates(n_steps):
        h = (p @ controls - controls)[:, 0]
        if n_steps == 0:
            return np.zeros(2)
        return drift.quadratic_updates(
            w, [1, 10], [0, 1], local_steps=n_steps, learning_rate=learning_rate, corrections=h,
            proximal=mu,
        )  # fmt: skip

    for _ in range(40):
        u = updates(local_steps)
        if method == "SCAFFOLD":
            h = p @ controls - controls
            controls = -u[:, None] / (local_steps * learning_rate) - h
        w = w + p @ u
        path.append(w)
    return np.array(path), np.array([w + updates(n) for n in range(local_steps + 1)])


SETTINGS = [
    ("FedProx", 5, 0.05, 0),
    ("FedProx", 1, 0.01, 0),
    ("FedProx", 37, 0.06, 20),
    ("FedProx", 100, 0.05, 11),
    ("SCAFFOLD", 20, 0.05, 3),
    ("SCAFFOLD", 100, 0.06, 0),
]


@pytest.mark.parametrize(("method", "E", "eta", "mu"), SETTINGS)
def test_picture_shows_the_rounds_and_one_more_of_them(method, E, eta, mu):
    known = {"local_steps": E, "learning_rate": eta, "proximal": mu}
    path, walks = by_steps(method, **known)
    widget = move(widgets.where_it_lands(), method=method, **known)
    left, right = widget.figure.axes
    best, homes = level(10 / 11, GREEN), (level(0, GREY, ":"), level(1, GREY, ":"))
    same_lines(
        left, best, *homes,
        line(range(41), path, BLACK, "o-"), line([40, 40], [path[-1], 10 / 11], RED, "_-"),
    )  # fmt: skip
    steps = range(E + 1)
    same_lines(
        right, best,
        line(steps, walks[:, 0], BLUE, "--", "client 1"),
        line(steps, walks[:, 1], ORANGE, ":", "client 2"),
        line(steps, walks.mean(axis=1), BLACK, "-", "their average"),
        rel=1e-7,
    )  # fmt: skip
    assert inside(left) and inside(right) and right.get_xlim()[1] < 1.1 * E
    assert all(tick == round(tick) for tick in right.get_xticks())
    same_legend(right, "client 1", "client 2", "their average")
    frame(left, xlabel="rounds", ylabel="parameter w")
    off = f"{abs(path[-1] - 10 / 11):.3f}"
    ends = [f"{one:.3f}" for one in walks[-1]]
    name = "FedAvg" if method == "FedProx" and mu == 0 else method
    pull = [str(mu)] if name == "FedProx" else []
    alt = [*pull, str(E), f"{eta:.2f}", "40", f"{path[-1]:.3f}", off, "0.909", "1", ends[0], "2"]
    assert numbers(widget.alt) == [*alt, ends[1]] and widget.alt.startswith(f"{name}, ")
    written = {words for words, _, _ in texts(left)}
    assert written == {
        "optimum 0.909", "client 1 alone", "client 2 alone", f"w = {path[-1]:.3f}, off by {off}",
        f"{name}, μ = {mu}" if pull else name,
    }  # fmt: skip


def test_answer_of_question_a_is_the_first_pull_that_lands_near_enough():
    def off(mu):
        return widgets.landing(
            "FedProx", local_steps=100, learning_rate=0.05, proximal=mu
        ).miss  # fmt: skip

    first = next(mu for mu in range(21) if off(mu) < 0.06)
    assert checks.least_pull.verdict(first).correct and all(off(mu) < 0.06 for mu in range(11, 21))
    assert f"{off(first - 1):.3f}" > "0.060", "the picture tells the two apart"
    assert off(0) == pytest.approx(0.408, abs=0.001)
    with pytest.raises(ValueError, match="method must be one of FedProx, SCAFFOLD"):
        widgets.landing("FedAvg", local_steps=1, learning_rate=0.05, proximal=0)


def test_scaffold_lands_at_the_optimum_where_question_b_looks():
    known = {"learning_rate": 0.05, "proximal": 2}
    twenty = widgets.landing("SCAFFOLD", local_steps=20, **known)
    assert twenty.miss < 1e-4 and np.ptp(twenty.walks) < 1e-3
    hundred = widgets.landing("SCAFFOLD", local_steps=100, **known)
    assert hundred.path[10] < twenty.path[10] - 0.05


def lesson_labels():
    return digits()[1][np.random.default_rng(22).permutation(1797)[597:]]


@pytest.mark.parametrize(("alpha", "deal"), [(1.0, 1), (0.1, 9), (100.0, 3)])
def test_dots_have_the_area_of_the_count_and_bars_the_sizes_of_the_clients(alpha, deal):
    labels = lesson_labels()
    widget = move(widgets.who_gets_what(labels), alpha=alpha, deal=deal)
    parts = partition.dirichlet(labels, n_clients=10, alpha=alpha, rng=np.random.default_rng(deal))
    left, right = widget.figure.axes
    (dots,) = left.collections
    sizes = dict(
        zip(map(tuple, dots.get_offsets().astype(int).tolist()), dots.get_sizes(), strict=True)
    )
    for client, own in enumerate(parts, start=1):
        for digit in range(10):
            count = (labels[own] == digit).sum()
            assert sizes[digit, client] == pytest.approx(1.3 * count)
    skew = drift.label_skew(labels, parts)
    assert [bar.get_width() for bar in right.patches] == [len(own) for own in parts]
    middles = [bar.get_y() + bar.get_height() / 2 for bar in right.patches]
    assert middles == pytest.approx(range(1, 11))
    assert max(map(len, parts)) < right.get_xlim()[1] and left.get_ylim() == right.get_ylim()
    assert [words for words, _, _ in texts(right)] == [f"skew {skew:.2f} (one digit each: 0.90)"]
    same_lines(right, upright(120, GREY, "--", "equal sizes"))
    same_legend(right, "equal sizes")
    frame(left, xlabel="digit", ylabel="client")
    frame(right, xlabel="images of the client")
    held = [len(own) for own in parts]
    kinds = [len(set(labels[own].tolist())) for own in parts]
    said = [f"{alpha:.3g}", str(deal), str(min(held)), str(max(held))]
    digits_held = [
        str(one) for one in sorted({min(kinds), max(kinds)})
    ]  # one number if all are equal
    assert numbers(widget.alt) == [*said, *digits_held, f"{skew:.2f}", "0.9"]


def test_answer_of_question_c_follows_from_the_picture_and_the_definition():
    labels = lesson_labels()
    shown = round(widgets.dirichlet_split(labels, alpha=0.1, deal=1).skew, 2)
    two_each = np.repeat(np.arange(10), 10)
    pairs = [np.concatenate([np.arange(20 * k, 20 * k + 10), np.arange(20 * k + 10, 20 * k + 20)])
             for k in range(5)]  # fmt: skip
    by_hand = drift.label_skew(two_each, pairs)
    assert by_hand == pytest.approx(0.8)
    assert checks.below_two_digits.verdict(by_hand - shown).correct
    opened = widgets.dirichlet_split(labels, alpha=1.0, deal=1).skew
    assert checks.below_two_digits.verdict(round(0.8 - opened, 2)).code == "as_it_opens"


def test_all_digits_are_dealt_unless_others_are_given():
    sizes = widgets.who_gets_what().figure.axes[0].collections[0].get_sizes()
    assert sizes.sum() == pytest.approx(1.3 * 1797)


def test_answer_of_question_e_is_what_crosses_the_line_of_client_1():
    seen = seen_by(widgets.scaffold_round(), ["client 1"], step=4)
    assert checks.numbers_of_one_client.verdict(2410 * len(seen)).correct
    assert [one.sender for one in seen] == ["server", "server", "client 1", "client 1"]
    assert all("2410" in one.content for one in seen)


def test_the_server_never_sees_examples_and_the_clients_nothing_of_each_other():
    script = widgets.scaffold_round()
    assert "no examples" in script.holds["server"]
    for message in script.messages:
        assert "images" not in message.content
        assert message.sender == "server" or message.receivers == ("server",)
    assert {one.label for one in script.messages} == {"w", "c", "u_1", "new c_1", "u_2", "new c_2"}
