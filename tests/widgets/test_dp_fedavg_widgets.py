import numpy as np
import pytest
import torch

from lessons import models
from lessons.checks import dp_fedavg as checks
from lessons.datasets import digits
from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.mechanisms.clipping import clip_rows
from lessons.fl.stacked import client_updates
from lessons.plots.figure import BLUE, GREEN, GREY, ORANGE, RED
from lessons.widgets import dp_fedavg as widgets
from tests.plots.artists import frame, level, line, numbers, same_legend, same_lines, texts, upright
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "why_a_crowd_helps": {
        "n_clients": ("number of clients K", 100.0, 100.0, 1e5, 60),
        "noise_multiplier": ("noise multiplier", 5.0, 0.625, 20.0, 10),
    },
    "tree_of_noises": {"rounds": ("rounds in the sum, t", 11, 1, 64, 1)},
}


def test_size_of_the_update_is_that_of_the_lesson_s_first_round():
    images, labels = digits()
    order = np.random.default_rng(25).permutation(len(labels))[:1400].reshape(-1, 2)
    clients = [(images[own].astype(float), labels[own]) for own in order[::5]]  # a fifth of 700
    w = models.flatten(models.digits_network(generator=torch.Generator().manual_seed(25)))
    updates = client_updates(
        w, clients, local_epochs=5, batch_size=14, learning_rate=0.5, rng=np.random.default_rng(0)
    )
    mean = clip_rows(updates, clip_norm=1.2).mean(axis=0) / 1.2
    assert np.sqrt(np.mean(mean**2)) == pytest.approx(widgets.UPDATE_SIZE, rel=0.15)


@pytest.mark.parametrize("k", range(11))
def test_epsilon_is_that_of_the_accountant_and_of_no_crowd(k):
    m = float(widgets.MULTIPLIERS[k])
    run = Run(noise_multiplier=m, sampling_rate=0.2, steps=40)
    for n in (100.0, 9000.0):
        result = widgets.crowd(n_clients=n, noise_multiplier=m * 1.001)
        exact = run_epsilon(run, delta=1e-5)
        assert exact <= result.epsilon < exact + 1e-4


def test_answer_of_question_a_can_be_read_off_the_widget():
    equal = min(
        widgets.CROWDS,
        key=lambda n: abs(np.log(widgets.crowd(n_clients=n, noise_multiplier=5.0).ratio)),
    )
    assert checks.how_large_a_crowd.verdict(float(equal)).correct
    for n in widgets.CROWDS:
        ratio = widgets.crowd(n_clients=n, noise_multiplier=5.0).ratio
        assert checks.how_large_a_crowd.verdict(float(n)).correct == (0.86 < ratio < 1.14)
    assert 5 < widgets.crowd(n_clients=700, noise_multiplier=5.0).ratio < 6


@pytest.mark.parametrize(("place", "k"), [(0, 6), (31, 0), (60, 10)])
def test_crowd_is_shown_on_both_lines(place, k):
    n, m = float(widgets.CROWDS[place]), float(widgets.MULTIPLIERS[k])
    widget = move(widgets.why_a_crowd_helps(), n_clients=n, noise_multiplier=m)
    left, right = widget.figure.axes
    epsilon, so_far = widgets.EPSILONS[k], widgets.CROWDS[: place + 1]
    same_lines(
        left,
        line(widgets.MULTIPLIERS, widgets.EPSILONS, BLUE),
        level(1, GREY, ":"),
        line([m], [epsilon], RED, "o"),
    )
    same_lines(
        right,
        level(widgets.UPDATE_SIZE, GREEN, "--", "average update"),
        line(so_far, 5 * m / so_far, ORANGE, "-", "noise in the average"),
        line([n], [5 * m / n], RED, "o"),
    )
    same_legend(right, "average update", "noise in the average")
    frame(left, xlabel="noise multiplier", ylabel="ε of one client, δ = 1e-5")
    frame(right, xlabel="number of clients K", ylabel="per parameter, in units of C")
    ratio = f"{5 * m / n / widgets.UPDATE_SIZE:.2g}"
    assert numbers(widget.alt)[:2] == [f"{n:.0f}", f"{m:.3g}"] and ratio in numbers(widget.alt)
    assert any(words == f"noise / update = {ratio}" for words, _, _ in texts(right))


def test_answer_of_question_c_can_be_read_off_the_widget():
    tree = widgets.prefix(rounds=64).tree
    assert checks.most_noise.verdict(int(tree.argmax()) + 1).correct
    assert (tree == tree.max()).sum() == 1 and tree[63] == tree[0] == pytest.approx(7**0.5)


def test_tree_has_one_box_for_each_node():
    nodes = widgets.all_nodes()
    assert len(set(nodes)) == 127 and (1, 64) in nodes and (33, 48) in nodes
    boxes = widgets.tree_of_noises()._artists["boxes"]
    for (first, last), box in zip(nodes, boxes, strict=True):
        assert box.get_x() == pytest.approx(first - 0.45)
        assert box.get_x() + box.get_width() == pytest.approx(last + 0.45)
        assert 2 ** round(box.get_y() + 0.38) == last - first + 1


@pytest.mark.parametrize(
    ("t", "nodes", "words"),
    [
        (1, ["1"], "1"),
        (11, ["1 to 8", "9 to 10", "11"], "11 = 8 + 2 + 1"),
        (63, ["1 to 32", "33 to 48", "49 to 56", "57 to 60", "61 to 62", "63"], None),
        (64, ["1 to 64"], "64"),
    ],
)
def test_nodes_of_the_sum_are_filled_and_both_noises_are_drawn_up_to_now(t, nodes, words):
    widget = move(widgets.tree_of_noises(), rounds=t)
    left, right = widget.figure.axes
    shown = [one.get_visible() for one in widget._artists["boxes"]]
    assert sum(shown) == len(nodes) and all(one in widget.alt for one in nodes)
    time = np.arange(1, t + 1)
    ones = np.array([bin(k).count("1") for k in time])
    same_lines(left, upright(t + 0.5, RED))
    same_lines(
        right,
        line(time, np.sqrt(7 * ones), BLUE, "-", "tree"),
        line(time, np.sqrt(time), ORANGE, "--", "independent noise"),
        line([t, t], [np.sqrt(7 * ones[-1]), np.sqrt(t)], RED, "o"),
    )
    same_legend(right, "tree", "independent noise")
    frame(left, xlabel="round", ylabel="rounds in one node")
    assert numbers(widget.alt)[-2:] == [f"{np.sqrt(7 * ones[-1]):.2f}", f"{np.sqrt(t):.2f}"]
    if words:
        assert words in [one for one, _, _ in texts(left)]
