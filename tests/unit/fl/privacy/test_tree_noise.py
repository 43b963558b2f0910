import itertools

import numpy as np
import pytest

from lessons.fl.privacy import tree_noise as tree


def every_node(rounds):
    """All nodes of the tree that end at or before ``rounds``: aligned blocks of powers of 2."""
    return [
        (first, first + size - 1)
        for size in (2**level for level in range(rounds.bit_length()))
        for first in range(1, rounds - size + 2, size)
    ]


@pytest.mark.parametrize("t", range(1, 13))
def test_nodes_are_the_fewest_of_the_tree_that_cover_each_round_once(t):
    nodes = tree.prefix_nodes(t)
    assert [k for first, last in nodes for k in range(first, last + 1)] == [*range(1, t + 1)]
    assert set(nodes) <= set(every_node(t))
    for fewer in itertools.combinations(every_node(t), len(nodes) - 1):
        assert sum(last - first + 1 for first, last in fewer) != t or len(
            {k for first, last in fewer for k in range(first, last + 1)}
        ) < t  # fmt: skip


def test_nodes_of_eleven_and_of_a_large_number():
    assert tree.prefix_nodes(11) == [(1, 8), (9, 10), (11, 11)]
    assert tree.prefix_nodes(2**40) == [(1, 2**40)]
    assert len(tree.prefix_nodes(2**40 - 1)) == 40


@pytest.mark.parametrize("total", [1, 2, 7, 8, 35, 64])
def test_levels_are_the_most_nodes_of_any_prefix_that_hold_one_round(total):
    used = {node for t in range(1, total + 1) for node in tree.prefix_nodes(t)}
    holding = [sum(first <= k <= last for first, last in used) for k in range(1, total + 1)]
    assert max(holding) == tree.n_levels(total)


def test_noise_of_a_prefix_is_the_sum_over_its_nodes():
    rng, again = (np.random.default_rng(3) for _ in range(2))
    noise = tree.tree_noise(21, n_parameters=2, sigma=1.5, rng=rng)
    fresh = again.normal(scale=1.5, size=(21, 2))  # one new node a round, the one that ends there
    of_node = {node: fresh[node[1] - 1] for t in range(1, 22) for node in tree.prefix_nodes(t)[-1:]}
    for t in range(1, 22):
        assert np.allclose(noise[t - 1], sum(of_node[node] for node in tree.prefix_nodes(t)))


def test_deviation_is_that_of_the_noise_and_grows_with_the_logarithm():
    rng = np.random.default_rng(4)
    drawn = tree.tree_noise(64, n_parameters=20_000, sigma=np.sqrt(7), rng=rng).std(axis=1)
    said = [tree.prefix_deviation(t, total_rounds=64) for t in range(1, 65)]
    assert np.allclose(drawn, said, rtol=0.03)  # 6 σ of a deviation from 20 000 draws
    assert max(said) == said[62] == pytest.approx(np.sqrt(7 * 6)) and said[63] == said[0]
    for total in (10, 1000, 10**6):
        assert tree.prefix_deviation(total, total_rounds=total) <= tree.n_levels(total)


@pytest.mark.parametrize("kind", ["independent", "tree"])
def test_both_kinds_of_noise_hide_one_client_equally_well(kind):
    # release every noise by itself: C in one sum against σ, or C in six nodes against √6·σ
    noise = tree.prefix_noise(
        kind, 35, n_parameters=20_000, sigma=0.7, rng=np.random.default_rng(5)
    )
    first = noise[0].std()  # of a single sum, or of a single node
    times = 1 if kind == "independent" else tree.n_levels(35)
    assert np.sqrt(times) / first == pytest.approx(1 / 0.7, rel=0.03)
    deviations = np.sqrt(np.arange(1, 36))
    if kind == "tree":
        deviations = [tree.prefix_deviation(t, total_rounds=35) for t in range(1, 36)]
    assert np.allclose(noise.std(axis=1), 0.7 * np.array(deviations), rtol=0.03)


def test_other_kinds_of_noise_are_refused():
    with pytest.raises(ValueError, match="kind must be one of independent, tree"):
        tree.prefix_noise("forest", 3, n_parameters=2, sigma=1.0, rng=np.random.default_rng())


def halfway(w, some):
    return np.array([inputs[0] - w for inputs, _ in some])


GROUPS = [[(np.array([[6.0, 8.0]]), [0])], [], [(np.array([[0.0, 1.0]]), [0])] * 3]


def test_model_is_start_plus_all_clipped_updates_plus_the_noise_of_the_prefix():
    noise = np.array([[1.0, 0.0], [0.0, 2.0], [0.5, 0.5]])
    models = tree.dp_ftrl(
        np.zeros(2), GROUPS, train=halfway, clip_norm=5.0, expected_clients=2.0, noise=noise
    )
    first = np.array([3.0, 4.0])  # (6, 8) clipped to 5
    assert np.allclose(models[1], (first + noise[0]) / 2)
    assert np.allclose(models[2], (first + noise[1]) / 2), "an empty round swaps the noise only"
    last = 3 * np.clip(halfway(models[2], GROUPS[2])[0], -5, 5)
    assert np.linalg.norm(last) < 15 and np.allclose(models[3], (first + last + noise[2]) / 2)
    assert models.shape == (4, 2) and (models[0] == 0).all()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: tree.prefix_nodes(0), "rounds"),
        (lambda: tree.prefix_nodes(2.0), "rounds"),
        (lambda: tree.n_levels(0), "rounds"),
        (lambda: tree.prefix_deviation(9, total_rounds=8), "rounds must be at most"),
        (lambda: tree.tree_noise(3, n_parameters=0, sigma=1.0, rng=None), "n_parameters"),
        (
            lambda: tree.tree_noise(3, n_parameters=1, sigma=-1.0, rng=np.random.default_rng()),
            "sigma",
        ),
    ],
)
def test_bad_input_is_refused(call, name):
    with pytest.raises(ValueError, match=name):
        call()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"noise": np.zeros((2, 2))}, "noise must have shape"),
        ({"clip_norm": 0.0}, "clip_norm"),
        ({"expected_clients": 0.0}, "expected_clients"),
    ],
)
def test_bad_settings_are_refused(change, name):
    known = {"clip_norm": 1.0, "expected_clients": 2.0, "noise": np.zeros((3, 2))} | change
    with pytest.raises(ValueError, match=name):
        tree.dp_ftrl(np.zeros(2), GROUPS, train=halfway, **known)
