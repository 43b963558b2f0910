from functools import partial

import numpy as np
import pytest
import torch

from lessons import models, small_network
from lessons.datasets import digits
from lessons.fl import partition, rounds
from lessons.fl.client import client_update
from lessons.transcript import seen_by

MEANS = np.array([[1.0, 0.0], [5.0, 2.0], [-3.0, 4.0]])
SIZES = (1, 4, 7)
CLIENTS = [
    (np.tile(mean, (size, 1)), np.zeros(size)) for mean, size in zip(MEANS, SIZES, strict=True)
]
W = np.array([0.5, -1.0])


def half_way(w, inputs, targets):
    return 0.5 * (inputs.mean(axis=0) - w)


def real_federation(ratios):
    images, labels = digits()
    images, labels = images[:400].astype(float), labels[:400]
    sizes = partition.in_proportion(400, ratios=ratios)
    parts = partition.iid(sizes=sizes, rng=np.random.default_rng(0))
    w = models.flatten(models.digits_network(generator=torch.Generator().manual_seed(0)))
    return w, images, labels, [(images[part], labels[part]) for part in parts]


def test_one_full_batch_round_is_gradient_descent_on_all_data():
    w, images, labels, clients = real_federation([1, 5, 30])
    step = partial(
        client_update, gradient=small_network.gradient, local_epochs=1, batch_size=400,
        learning_rate=0.5, rng=np.random.default_rng(1),
    )  # fmt: skip
    central = w
    for _ in range(3):
        w = rounds.fedavg_round(w, clients, client_update=step)
        central = central - 0.5 * small_network.gradient(central, images, labels)
    assert np.abs(w - central).max() < 1e-12


def test_round_adds_the_average_by_shares_to_w():
    shares = np.array(SIZES) / 12
    expected = W + 0.5 * (shares @ MEANS - W)
    assert np.abs(rounds.fedavg_round(W, CLIENTS, client_update=half_way) - expected).max() < 1e-15


def test_every_client_starts_from_the_same_w_and_cannot_spoil_it():
    starts = []

    def careless(w, inputs, targets):
        starts.append(w.copy())
        w += 100
        return np.zeros(2)

    one = rounds.run_round(W, CLIENTS, client_update=careless)
    assert all(np.array_equal(start, W) for start in starts)
    assert np.array_equal(one.parameters, W) and np.array_equal(W, [0.5, -1.0])


def test_record_of_a_round_holds_what_was_sent():
    one = rounds.run_round(W, CLIENTS, client_update=half_way)
    assert one.sent.clients == (0, 1, 2) and np.array_equal(one.sent.parameters, W)
    assert [message.n_examples for message in one.received] == list(SIZES)
    for message in one.received:
        assert np.array_equal(message.update, 0.5 * (MEANS[message.client] - W))


def test_fraction_of_clients_is_drawn_without_repeats_and_weighted_among_themselves():
    rng = np.random.default_rng(0)
    drawn = set()
    for _ in range(50):
        one = rounds.run_round(W, CLIENTS, client_update=half_way, client_fraction=2 / 3, rng=rng)
        chosen = list(one.sent.clients)
        assert len(set(chosen)) == 2 == len(one.received)
        weights = np.array(SIZES)[chosen]
        expected = W + 0.5 * (weights @ MEANS[chosen] / weights.sum() - W)
        assert np.abs(one.parameters - expected).max() < 1e-14
        drawn.add(one.sent.clients)
    assert drawn == {(0, 1), (0, 2), (1, 2)}  # each pair is missed with probability (2/3)^50 < 2e-9


@pytest.mark.parametrize(("fraction", "taking_part"), [(0.1, 1), (0.45, 1), (0.6, 2), (0.9, 3)])
def test_number_of_clients_is_rounded_to_the_nearest(fraction, taking_part):
    rng = np.random.default_rng(1)
    one = rounds.run_round(W, CLIENTS, client_update=half_way, client_fraction=fraction, rng=rng)
    assert len(one.received) == len(one.sent.clients) == taking_part


def test_at_least_one_client_takes_part_and_all_need_no_generator():
    rng = np.random.default_rng(0)
    one = rounds.run_round(W, CLIENTS, client_update=half_way, client_fraction=0.0, rng=rng)
    assert len(one.received) == 1
    with pytest.raises(ValueError, match="rng must be given"):
        rounds.run_round(W, CLIENTS, client_update=half_way, client_fraction=0.5)


def run(**changes):
    values = {"rounds": 4, "measure": lambda w: float(w[0])} | changes
    return rounds.federated_averaging(W, CLIENTS, client_update=half_way, **values)


def test_history_holds_the_measure_before_and_after_each_round():
    history = run()
    assert len(history.accuracies) == 5 and history.accuracies[0] == W[0]
    w = W
    for measured in history.accuracies[1:]:
        w = rounds.fedavg_round(w, CLIENTS, client_update=half_way)
        assert measured == w[0]
    assert np.array_equal(history.parameters, w)


def test_progress_is_told_after_each_round_and_the_target_ends_the_run():
    told = []
    history = run(
        rounds=50, target=0.2, measure=lambda w: 0.1 * len(told), progress=lambda *x: told.append(x)
    )
    assert [done for done, _, _ in told] == list(range(1, len(told) + 1))
    assert {total for _, total, _ in told} == {50}
    assert len(told) == len(history.accuracies) - 1 == 3
    assert rounds.rounds_to(history, target=0.2) == 3


def test_first_round_that_reaches_the_target_counts_and_none_if_none_does():
    history = rounds.History(W, (0.1, 0.5, 0.4, 0.5, 0.9))
    assert rounds.rounds_to(history, target=0.5) == 1
    assert rounds.rounds_to(history, target=0.1) == 0
    assert rounds.rounds_to(history, target=0.95) is None


def test_transcript_sends_updates_to_the_server_only_and_the_model_to_all():
    one = rounds.run_round(W, CLIENTS, client_update=half_way)
    told = rounds.transcript([one, one])
    assert told.parties == ("server", "client 1", "client 2", "client 3")
    assert len(told.steps) == 8 and told.holds["client 2"] == "4 examples"
    for number in (1, 2, 3):
        labels = [message.label for message in seen_by(told, [f"client {number}"], step=5)]
        assert labels == ["w", f"u_{number}", "w"]
    assert [m.label for m in seen_by(told, ["server"], step=4)] == ["w", "u_1", "u_2", "u_3"]
    assert {m.step for m in told.messages} == {1, 3, 5, 7}


def test_bad_arguments_are_refused():
    for bad in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="client_fraction must be a probability"):
            rounds.run_round(W, CLIENTS, client_update=half_way, client_fraction=bad)
    with pytest.raises(ValueError, match="n_clients must be an integer of at least 1"):
        rounds.fedavg_round(W, [], client_update=half_way)
    with pytest.raises(ValueError, match="rounds must be an integer of at least 1"):
        run(rounds=0)
    with pytest.raises(ValueError, match="rounds must hold at least one round"):
        rounds.transcript([])
    empty = [(np.zeros((0, 2)), np.zeros(0)), *CLIENTS]
    with pytest.raises(ValueError, match="of client 0 must be equally many and at least one"):
        rounds.fedavg_round(W, empty, client_update=lambda w, inputs, targets: np.zeros(2))


def test_a_client_that_never_answers_is_skipped_and_counted():
    def one_is_silent(w, inputs, targets):
        return None if len(inputs) == 4 else half_way(w, inputs, targets)

    found = rounds.run_round(W, CLIENTS, client_update=one_is_silent)
    assert found.silent == (1,) and [one.client for one in found.received] == [0, 2]
    without = rounds.run_round(W, [CLIENTS[0], CLIENTS[2]], client_update=half_way)
    assert np.array_equal(found.parameters, without.parameters)


def test_a_round_in_which_nobody_answers_changes_nothing():
    found = rounds.run_round(W, CLIENTS, client_update=lambda w, inputs, targets: None)
    assert found.silent == (0, 1, 2) and found.received == ()
    assert np.array_equal(found.parameters, W)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.array([np.nan, 1.0]), "update of client 1 must hold finite numbers only, got"),
        (np.ones(3), r"update of client 1 must have shape \(2,\), got \(3,\)"),
        (1.0, r"update of client 1 must have shape \(2,\), got \(\)"),
    ],
)
def test_an_update_that_cannot_be_averaged_is_refused_by_the_clients_name(bad, message):
    def one_is_bad(w, inputs, targets):
        return bad if len(inputs) == 4 else half_way(w, inputs, targets)

    with pytest.raises(ValueError, match=message):
        rounds.run_round(W, CLIENTS, client_update=one_is_bad)


def test_a_client_without_examples_is_refused_by_its_number():
    none = np.empty((0, 2)), np.empty(0)
    with pytest.raises(ValueError, match="of client 1 must be equally many and at least one"):
        rounds.run_round(W, [CLIENTS[0], none], client_update=half_way)


def test_another_rule_than_the_average_can_be_given():
    def median(updates, *, n_examples):
        assert n_examples.tolist() == list(SIZES)
        return np.median(updates, axis=0)

    found = rounds.run_round(W, CLIENTS, client_update=half_way, average=median)
    assert np.abs(found.parameters - (W + 0.5 * (np.median(MEANS, axis=0) - W))).max() < 1e-15
