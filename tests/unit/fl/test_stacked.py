import tracemalloc

import numpy as np
import pytest

from lessons import small_network
from lessons.fl import client, stacked
from lessons.fl.aggregation import weighted_average

RECIPE = {"local_epochs": 3, "batch_size": 7, "learning_rate": 0.3}


def federation(sizes, *, n_pixels=9, n_hidden=4):
    rng = np.random.default_rng(0)
    w = rng.normal(size=(n_pixels + 11) * n_hidden + 10)
    return w, [(rng.normal(size=(n, n_pixels)), rng.integers(10, size=n)) for n in sizes]


def one_after_the_other(w, clients, *, gradients=None, **changes):
    rng = np.random.default_rng(1)
    gradients = gradients or [small_network.gradient] * len(clients)
    return np.stack(
        [
            client.client_update(w, *data, gradient=slope, rng=rng, **RECIPE | changes)
            for slope, data in zip(gradients, clients, strict=True)
        ]
    )


def at_once(w, clients, **changes):
    return stacked.client_updates(w, clients, rng=np.random.default_rng(1), **RECIPE | changes)


@pytest.mark.parametrize(
    "sizes", [(5,), (1, 1), (7, 14, 21), (1, 6, 7, 8, 13, 15, 2), tuple(range(1, 140))], ids=len
)
@pytest.mark.parametrize("batch_size", [1, 7, 1000])
def test_updates_equal_those_of_the_plain_loop_for_clients_of_any_size(sizes, batch_size):
    w, clients = federation(sizes)
    one = one_after_the_other(w, clients, batch_size=batch_size, local_epochs=2)
    assert np.abs(at_once(w, clients, batch_size=batch_size, local_epochs=2) - one).max() < 1e-12


def test_proximal_pull_and_corrections_equal_gradients_with_these_terms():
    w, clients = federation((9, 2, 30))
    h = np.random.default_rng(3).normal(size=(3, len(w)))

    def slope(k):
        return lambda w_k, x, y: small_network.gradient(w_k, x, y) + h[k] + 0.7 * (w_k - w)

    one = one_after_the_other(w, clients, gradients=[slope(k) for k in range(3)])
    assert np.abs(at_once(w, clients, corrections=h, proximal=0.7) - one).max() < 1e-12


def test_average_of_chunks_is_the_average_by_shares_of_all_updates(monkeypatch):
    sizes = (4, 19, 1, 8, 8, 3, 25)
    w, clients = federation(sizes)
    expected = weighted_average(at_once(w, clients), n_examples=sizes)
    for chunk in (1, 2, 3, 64):
        monkeypatch.setattr(stacked, "CHUNK", chunk)
        rng = np.random.default_rng(1)
        u = stacked.average_update(w, clients, rng=rng, **RECIPE)
        assert np.abs(u - expected).max() < 1e-13, chunk


def test_memory_of_an_average_is_that_of_a_chunk():
    w, clients = federation([3] * 1000, n_pixels=40, n_hidden=32)
    tracemalloc.start()
    stacked.average_update(w, clients, rng=np.random.default_rng(0), **RECIPE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.5 * 1000 * len(w) * 8  # all updates at once would be 1000 rows


def test_arguments_stay_as_they_were():
    w, clients = federation((5, 8))
    kept = [w.copy(), *(one.copy() for data in clients for one in data)]
    at_once(w, clients)
    for one, other in zip(kept, [w, *(one for data in clients for one in data)], strict=True):
        assert np.array_equal(one, other)


def test_bad_arguments_are_refused():
    w, clients = federation((5, 8))
    none = clients[1][0][:0], clients[1][1][:0]
    with pytest.raises(ValueError, match="of client 1 must be equally many and at least one"):
        at_once(w, [clients[0], none])
    with pytest.raises(ValueError, match="n_clients must be an integer of at least 1"):
        at_once(w, [])
    with pytest.raises(ValueError, match=r"w must have shape \(20 · n_hidden"):
        at_once(w[:-1], clients)
    with pytest.raises(ValueError, match="corrections must have shape"):
        at_once(w, clients, corrections=np.zeros((1, len(w))))
    for name in ("learning_rate", "proximal"):
        with pytest.raises(ValueError, match=f"{name} must be"):
            at_once(w, clients, **{name: float("nan")})
    for name in ("local_epochs", "batch_size"):
        with pytest.raises(ValueError, match=f"{name} must be an integer"):
            at_once(w, clients, **{name: 0})
