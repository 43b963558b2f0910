from functools import partial

import numpy as np
import pytest
import torch

from lessons import models
from lessons.datasets import digits
from lessons.fl import inversion, leakage

IMAGES = digits()[0].astype(float)
LABELS = digits()[1]
NETWORK = inversion.conv_network(generator=torch.Generator().manual_seed(1))
W = models.flatten(NETWORK)
COSINE = partial(inversion.cosine_objective, tv_weight=0.0)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("n", [1, 2, 9])
def test_gradient_written_out_is_that_of_autograd(n):
    own = np.arange(3 * n).reshape(3, n) * 7
    sent = inversion.observed(W, IMAGES[own], LABELS[own])
    assert sent.shape == (3, inversion.N_PARAMETERS) and len(W) == inversion.N_PARAMETERS
    for one, row in zip(own, sent, strict=True):
        assert np.abs(models.gradient(NETWORK, IMAGES[one], LABELS[one]) - row).max() < 1e-14


def test_an_update_is_the_sum_of_the_steps_at_each_own_w():
    own, rate = np.array([[3, 5], [8, 13]]), 0.2
    sent = inversion.observed(W, IMAGES[own], LABELS[own], steps=3, learning_rate=rate)
    for one, row in zip(own, sent, strict=True):
        network, w = inversion.conv_network(generator=seeded(1)), W.copy()
        for _ in range(3):
            models.load(network, w)
            w = w - rate * models.gradient(network, IMAGES[one], LABELS[one])
        assert np.abs((W - w) - row).max() < 1e-13


def test_more_clients_than_fit_in_a_chunk_come_out_in_order():
    own = np.arange(inversion.CHUNK + 3)[:, None]
    sent = inversion.observed(W, IMAGES[own], LABELS[own])
    for k in (0, inversion.CHUNK - 1, inversion.CHUNK, len(own) - 1):
        alone = inversion.observed(W, IMAGES[own[[k]]], LABELS[own[[k]]])[0]
        assert np.abs(sent[k] - alone).max() < 1e-14


def test_search_finds_one_image_and_different_labels_by_either_objective():
    for own in (np.array([[10], [20]]), np.array([[0, 1, 2, 3]])):
        sent = inversion.observed(W, IMAGES[own], LABELS[own])
        for objective in (COSINE, inversion.squared_distance):
            options = {"objective": objective, "generator": seeded(), "iterations": 120}
            found = inversion.search(W, sent, LABELS[own], **options)
            assert found.shape == (*own.shape, 64) and 0 <= found.min() <= found.max() <= 1
            for pictures, one in zip(found, own, strict=True):
                assert leakage.matched(pictures, IMAGES[one])[0].max() < 1e-5


def test_search_is_repeatable_and_starts_from_its_generator():
    own = np.array([[4]])
    sent = inversion.observed(W, IMAGES[own], LABELS[own])
    runs = [
        inversion.search(W, sent, LABELS[own], objective=COSINE, generator=seeded(k), iterations=3)
        for k in (0, 0, 1)
    ]
    assert np.array_equal(runs[0], runs[1]) and not np.array_equal(runs[0], runs[2])


def test_cosine_search_does_not_care_about_length_and_the_squared_distance_does():
    own = np.array([[6]])
    sent = inversion.observed(W, IMAGES[own], LABELS[own]) / 7
    for objective, works in ((COSINE, True), (inversion.squared_distance, False)):
        found = inversion.search(
            W, sent, LABELS[own], objective=objective, generator=seeded(), iterations=120
        )
        assert (((found[0, 0] - IMAGES[6]) ** 2).mean() < 1e-5) == works


def test_replaying_the_steps_beats_ignoring_them():
    own, local = np.array([[0, 1, 2, 3]]), {"steps": 5, "learning_rate": 0.2}
    sent = inversion.observed(W, IMAGES[own], LABELS[own], **local)
    errors = []
    for replay in (inversion.gradients, partial(inversion.moved, **local)):
        options = {"objective": COSINE, "generator": seeded(), "iterations": 100, "replay": replay}
        found = inversion.search(W, sent, LABELS[own], **options)
        errors.append(leakage.matched(found[0], IMAGES[own[0]])[0].mean())
    assert errors[1] < 1e-4 < 1e-2 < errors[0]


def test_total_variation_by_hand():
    stripes = torch.zeros(8, 8, dtype=torch.float64)
    stripes[::2] = 1.0  # every step downwards is 1, every step across is 0
    step = torch.zeros(8, 8, dtype=torch.float64)
    step[:, 3:] = 0.5  # one of seven steps across is 0.5
    assert float(inversion.total_variation(stripes.reshape(1, 64))) == 1.0
    assert float(inversion.total_variation(step.reshape(1, 64))) == pytest.approx(0.5 / 7)
    both = torch.stack([stripes.reshape(64), step.reshape(64)])
    assert float(inversion.total_variation(both)) == pytest.approx((1 + 0.5 / 7) / 2)


def test_objectives_by_hand():
    g, o = torch.tensor([6.0, 8.0]), torch.tensor([3.0, 4.0])
    flat = torch.zeros(1, 64)
    assert float(inversion.squared_distance(g, o, flat)) == 25
    assert float(inversion.cosine_objective(g, o, flat, tv_weight=3.0)) == pytest.approx(
        0, abs=1e-6
    )
    assert float(inversion.cosine_objective(-g, o, flat, tv_weight=3.0)) == pytest.approx(2)
    rough = torch.zeros(1, 8, 8)
    rough[0, ::2] = 1.0
    value = inversion.cosine_objective(g, o, rough.reshape(1, 64), tv_weight=0.3)
    assert float(value) == pytest.approx(0.3, abs=1e-6)


SENT = inversion.observed(W, IMAGES[[[0]]], LABELS[[[0]]])


def search(w=W, sent=SENT, labels=LABELS[[[0]]], **options):
    options = {"objective": COSINE, "generator": seeded(), "iterations": 1} | options
    return inversion.search(w, sent, labels, **options)


def test_objective_that_torch_cannot_map_is_asked_client_by_client():
    def looks(gradient, observed, images):
        assert gradient.ndim == 1
        return COSINE(gradient, observed, images) if gradient.norm().item() > 0 else None

    given = {"sent": np.vstack([SENT, 2 * SENT]), "labels": LABELS[[[0], [1]]], "iterations": 3}
    assert np.allclose(search(objective=looks, **given), search(**given), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: search(w=W[:-1]), "w must have shape"),
        (lambda: search(sent=SENT[:, :-1]), "observed must have shape"),
        (lambda: search(sent=np.full_like(SENT, np.nan)), "observed"),
        (lambda: search(labels=np.array([[10]])), "labels must be integers"),
        (lambda: search(labels=np.array([[-1]])), "labels must be integers"),
        (lambda: search(labels=np.array([[1.0]])), "labels must be integers"),
        (lambda: search(labels=np.array([1])), "images must have shape"),
        (lambda: search(iterations=0), "iterations"),
        (lambda: search(learning_rate=0.0), "learning_rate"),
        (lambda: inversion.observed(W, IMAGES[:2], LABELS[:2]), "images must have shape"),
        (lambda: inversion.observed(W, IMAGES[[[0]]], LABELS[[[0]]], steps=0), "steps"),
        (lambda: inversion.observed(W, IMAGES[[[0]]], LABELS[[[0, 1]]]), "labels"),
        (lambda: inversion.observed(W, np.full((1, 1, 64), np.inf), LABELS[[[0]]]), "images"),
        (
            lambda: inversion.observed(W, IMAGES[[[0]]], LABELS[[[0]]], learning_rate=-1.0),
            "learning_rate",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
