import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from lessons import small_network
from lessons.fl import client, drift, server_optimizers, stacked

A, B, P = np.array([1.0, 10.0]), np.array([0.0, 1.0]), np.array([0.5, 0.5])
CLIENTS = {
    "lesson": (A, B, P),
    "one": ([3.0], [-2.0], [1.0]),
    "four": ([0.3, 2.0, 7.0, 12.0], [4.0, -1.0, 0.5, -3.0], [0.1, 0.4, 0.2, 0.3]),
}
several = pytest.mark.parametrize(("a", "b", "p"), CLIENTS.values(), ids=CLIENTS)


def by_hand(w, a, b, *, n_steps, eta, h=0.0, mu=0.0):
    """One client, step by step, from the definition of its loss."""
    w_k = w
    for _ in range(n_steps):
        w_k = w_k - eta * (a * (w_k - b) + h + mu * (w_k - w))
    return w_k - w


@several
@pytest.mark.parametrize("local_steps", [1, 2, 17])
def test_updates_on_quadratics_are_those_of_the_steps(a, b, p, local_steps):
    h = np.linspace(-1, 2, len(a))
    updates = drift.quadratic_updates(
        0.7, a, b, local_steps=local_steps, learning_rate=0.1, corrections=h, proximal=1.3
    )
    each = [
        by_hand(0.7, *one, n_steps=local_steps, eta=0.1, h=h_k, mu=1.3)
        for *one, h_k in zip(a, b, h, strict=True)
    ]
    assert np.allclose(updates, each, rtol=1e-12, atol=0)


def test_fixed_points_of_the_lesson_move_away_from_the_optimum():
    options = {"shares": P, "learning_rate": 0.05}
    moved = [drift.fixed_point(A, B, local_steps=E, **options) for E in (1, 5, 20, 100)]
    assert np.round(moved, 4).tolist() == [0.9091, 0.8107, 0.6092, 0.5015]
    assert drift.optimum(A, B, shares=P) == pytest.approx(10 / 11)


@several
@pytest.mark.parametrize("mu", [0.0, 2.5])
@pytest.mark.parametrize("local_steps", [1, 2, 9, 200])
def test_at_the_fixed_point_the_updates_cancel(a, b, p, mu, local_steps):
    options = {"local_steps": local_steps, "learning_rate": 0.08, "proximal": mu}
    w = drift.fixed_point(a, b, shares=p, **options)
    assert np.dot(p, drift.quadratic_updates(w, a, b, **options)) == pytest.approx(0, abs=1e-12)

    def moved(w):
        return np.dot(p, drift.quadratic_updates(w, a, b, **options))

    assert brentq(moved, -10, 10) == pytest.approx(w, abs=1e-9), "and nowhere else"


@several
def test_optimum_is_where_the_joint_loss_is_smallest_and_one_step_finds_it(a, b, p):
    def loss(w):
        return float(np.dot(p, np.array(a) / 2 * (w - np.array(b)) ** 2))

    best = drift.optimum(a, b, shares=p)
    assert minimize_scalar(loss).x == pytest.approx(best, abs=1e-6)
    for mu in (0.0, 3.0):
        one_step = drift.fixed_point(a, b, shares=p, local_steps=1, learning_rate=0.03, proximal=mu)
        assert one_step == pytest.approx(best)


def test_many_steps_end_at_the_mean_of_the_minima():
    a, b, p = CLIENTS["four"]
    far = drift.fixed_point(a, b, shares=p, local_steps=5000, learning_rate=0.05)
    assert far == pytest.approx(np.dot(p, b))


@pytest.mark.parametrize("eta", [0.2, 0.25, 1.0, float("nan"), 0.0, -0.1])
def test_a_rate_at_which_a_client_diverges_is_refused(eta):
    with pytest.raises(ValueError, match="learning_rate"):
        drift.fixed_point(A, B, shares=P, local_steps=5, learning_rate=eta)
    with pytest.raises(ValueError, match="learning_rate"):
        drift.quadratic_updates(0.0, A, B, local_steps=5, learning_rate=eta)


def test_the_pull_counts_for_divergence_and_the_limit_itself_is_refused():
    options = {"shares": P, "local_steps": 2, "learning_rate": 0.1}
    drift.fixed_point(A, B, proximal=9.9, **options)
    with pytest.raises(ValueError, match="below 2, or a client diverges, got 2 "):
        drift.fixed_point(A, B, proximal=10.0, **options)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("local_steps", {"local_steps": 0}),
        ("local_steps", {"local_steps": 2.0}),
        ("proximal", {"proximal": -1.0}),
        ("shares", {"shares": [0.5, 0.6]}),
        ("shares", {"shares": [1.0, 0.0]}),
        ("shares", {"shares": [1.0]}),
        ("curvatures", {"curvatures": [0.0, 1.0]}),
        ("curvatures", {"curvatures": [-1.0, 1.0]}),
        ("minima", {"minima": [1.0]}),
        ("minima", {"minima": [1.0, float("inf")]}),
    ],
)
def test_bad_arguments_are_named(name, change):
    given = {
        "curvatures": A, "minima": B, "shares": P, "local_steps": 3, "learning_rate": 0.05,
    } | change  # fmt: skip
    with pytest.raises(ValueError, match=f"{name} must"):
        drift.fixed_point(**given)


def own_gradients(w, data, h, *, eta, batch_size, epochs, rng):
    """Train like ``client_update`` and keep the client's own gradients."""
    seen = []

    def slope(w_k, x, y):
        seen.append(small_network.gradient(w_k, x, y))
        return seen[-1] + h

    update = client.client_update(
        w, *data, gradient=slope, local_epochs=epochs, batch_size=batch_size, learning_rate=eta,
        rng=rng,
    )  # fmt: skip
    return update, np.mean(seen, axis=0), len(seen)


def network_and_clients():
    rng = np.random.default_rng(0)
    clients = [(rng.normal(size=(n, 9)), rng.integers(10, size=n)) for n in (5, 12, 23)]
    return rng.normal(size=90), clients, np.array([5, 12, 23]) / 40


def test_new_controls_are_the_means_of_the_clients_own_gradients():
    w, clients, p = network_and_clients()
    controls = np.random.default_rng(1).normal(size=(3, 90))
    h, rng = p @ controls - controls, np.random.default_rng(2)
    updates, means, steps = zip(
        *(
            own_gradients(w, data, h_k, eta=0.1, batch_size=4, epochs=2, rng=rng)
            for data, h_k in zip(clients, h, strict=True)
        ),
        strict=True,
    )
    got = drift.new_controls(
        controls, np.array(updates), shares=p, n_steps=steps, learning_rate=0.1
    )
    assert list(steps) == [4, 6, 12] and np.abs(got - means).max() < 1e-12


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("controls", {"controls": np.zeros((3, 2))}),
        ("controls", {"controls": np.zeros(4), "updates": np.zeros(4)}),
        ("n_steps", {"n_steps": [1, 0]}),
        ("n_steps", {"n_steps": [1, 2, 3]}),
        ("learning_rate", {"learning_rate": 0}),
        ("shares", {"shares": [0.4, 0.4]}),
        ("updates", {"updates": np.full((2, 2), np.nan)}),
    ],
)
def test_bad_controls_are_named(name, change):
    given = {
        "controls": np.zeros((2, 2)), "updates": np.ones((2, 2)), "shares": P, "n_steps": [1, 2],
        "learning_rate": 0.1,
    }  # fmt: skip
    before = given["controls"].copy()
    drift.new_controls(**given)
    assert (given["controls"] == before).all()
    with pytest.raises(ValueError, match=name):
        drift.new_controls(**given | change)


@several
@pytest.mark.parametrize("local_steps", [1, 5, 20])
def test_scaffold_rests_at_the_optimum_and_others_where_updates_cancel(a, b, p, local_steps):
    p, steps = np.array(p), [local_steps] * len(a)

    def updates(w, corrections, proximal):
        return drift.quadratic_updates(
            w[0], a, b, local_steps=local_steps, learning_rate=0.05,
            corrections=corrections[:, 0], proximal=proximal,
        )[:, None]  # fmt: skip

    w, _ = drift.federate(
        [0.0], updates, shares=p, rounds=400,
        controls_after=lambda c, u: drift.new_controls(
            c, u, shares=p, n_steps=steps, learning_rate=0.05
        ),
    )  # fmt: skip
    assert w[0] == pytest.approx(drift.optimum(a, b, shares=p), abs=1e-6)
    for mu in (0.0, 4.0):
        w, _ = drift.federate([0.0], updates, shares=p, rounds=400, proximal=mu)
        rest = drift.fixed_point(
            a, b, shares=p, local_steps=local_steps, learning_rate=0.05, proximal=mu
        )
        assert w[0] == pytest.approx(rest, abs=1e-6)
    speedy = server_optimizers.momentum(beta=0.5)  # another step, the same place of rest
    w, _ = drift.federate([0.0], updates, shares=p, rounds=400, server=speedy)
    rest = drift.fixed_point(a, b, shares=p, local_steps=local_steps, learning_rate=0.05)
    assert w[0] == pytest.approx(rest, abs=1e-6)


def test_loop_hands_over_what_the_rounds_before_it_left():
    asked, told = [], []
    u = np.array([[1.0, 2.0], [3.0, 5.0]])

    def updates(w, corrections, proximal):
        asked.append((w.copy(), corrections.copy(), proximal))
        return u

    def server(average, state):
        told.append((average.copy(), state))
        return 10 * average, len(told)

    w, measured = drift.federate(
        [1.0, 1.0], updates, shares=np.array([0.25, 0.75]), rounds=2, proximal=0.3,
        controls_after=lambda c, u: c + u, server=server, measure=lambda w: float(w[0]),
    )  # fmt: skip
    average = np.array([2.5, 4.25])
    assert np.array_equal(w, 1 + 20 * average) and measured == [1.0, 26.0, 51.0]
    assert np.array_equal(asked[0][1], np.zeros((2, 2))) and asked[1][2] == 0.3
    assert np.array_equal(asked[1][1], average - u) and np.array_equal(
        asked[1][0], 1 + 10 * average
    )
    assert [state for _, state in told] == [None, 1] and np.array_equal(told[1][0], average)


def test_without_hooks_the_loop_is_fedavg_with_stacked_clients():
    w, clients, p = network_and_clients()
    known = {"local_epochs": 2, "batch_size": 4, "learning_rate": 0.1}
    rng, again = np.random.default_rng(3), np.random.default_rng(3)

    def updates(w, corrections, proximal):
        return stacked.client_updates(
            w, clients, rng=rng, corrections=corrections, proximal=proximal, **known
        )

    trained, measured = drift.federate(w, updates, shares=p, rounds=3)
    for _ in range(3):
        w = w + stacked.average_update(w, clients, rng=again, **known)
    assert np.abs(trained - w).max() < 1e-12 and measured == []
    with pytest.raises(ValueError, match="rounds must be an integer of at least 1, got rounds=0"):
        drift.federate(w, updates, shares=p, rounds=0)


def test_skew_is_zero_for_equal_mixes_and_largest_for_one_class_each():
    labels = np.repeat(np.arange(5), 12)
    assert drift.label_skew(labels, [np.arange(k, 60, 3) for k in range(3)]) == pytest.approx(0)
    assert drift.label_skew(labels, np.split(np.arange(60), 5)) == pytest.approx(0.8)
    assert drift.label_skew(labels, [np.arange(60)]) == 0


def test_skew_counts_a_client_by_its_share():
    labels = np.array([0, 0, 0, 1])  # a client of three zeros, and one of a single one
    got = drift.label_skew(labels, [np.array([0, 1, 2]), np.array([3])])
    assert got == pytest.approx(0.75 * 0.25 + 0.25 * 0.75)


def test_skew_falls_as_alpha_grows():
    from lessons.fl import partition

    labels = np.repeat(np.arange(10), 120)
    skews = [
        np.mean([
            drift.label_skew(
                labels,
                partition.dirichlet(
                    labels, n_clients=10, alpha=alpha, rng=np.random.default_rng(seed)
                ),
            )
            for seed in range(3)
        ])
        for alpha in (0.1, 1.0, 10.0, 100.0)
    ]  # fmt: skip
    assert skews[0] > 0.6 > skews[1] > 0.2 > skews[2] > skews[3] > 0
    for alpha in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="alpha must be positive"):
            partition.dirichlet(labels, n_clients=10, alpha=alpha, rng=np.random.default_rng(0))


def test_default_server_is_the_plain_one():
    u = np.array([1.0, -2.0])
    step, state = server_optimizers.plain(u, None)
    assert np.array_equal(step, u) and state is None
