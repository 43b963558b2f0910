import numpy as np
import pytest

from lessons.fl.client import client_update


def pull(w, inputs, targets):
    """Gradient of the mean of ½ (w − x)²."""
    return w - inputs.mean(axis=0)


def train(w, inputs, gradient=pull, **changes):
    values = {"local_epochs": 1, "batch_size": 100, "learning_rate": 0.1} | changes
    targets = np.zeros(len(inputs))
    rng = np.random.default_rng(0)
    return client_update(w, inputs, targets, gradient=gradient, rng=rng, **values)


INPUTS = np.random.default_rng(3).normal(size=(23, 4))
W = np.array([1.0, -2.0, 0.5, 3.0])


def test_one_full_batch_epoch_is_one_gradient_step():
    assert np.abs(train(W, INPUTS) + 0.1 * pull(W, INPUTS, None)).max() < 1e-15


def test_full_batch_epochs_follow_the_closed_form_of_a_parabola():
    mean = INPUTS.mean(axis=0)
    expected = (mean - W) * (1 - 0.9**7)
    assert np.abs(train(W, INPUTS, local_epochs=7) - expected).max() < 1e-14


def test_update_is_what_must_be_added_to_w_and_w_stays_as_it_was():
    kept = W.copy()
    update = train(W, INPUTS, local_epochs=400, learning_rate=0.5)
    assert np.array_equal(W, kept)
    assert np.abs(W + update - INPUTS.mean(axis=0)).max() < 1e-12


def batches(n_examples, batch_size, local_epochs=1):
    seen = []

    def gradient(w, inputs, targets):
        seen.append(inputs[:, 0].astype(int).tolist())
        assert np.array_equal(inputs[:, 0], targets)
        return np.zeros_like(w)

    numbers = np.arange(float(n_examples))
    client_update(
        np.zeros(2), numbers[:, None], numbers, gradient=gradient, local_epochs=local_epochs,
        batch_size=batch_size, learning_rate=1.0, rng=np.random.default_rng(0),
    )  # fmt: skip
    return seen


def test_each_epoch_uses_each_example_once_with_its_target_and_a_smaller_last_batch():
    seen = batches(23, 5, local_epochs=3)
    assert [len(batch) for batch in seen] == [5, 5, 5, 5, 3] * 3
    for epoch in (seen[:5], seen[5:10], seen[10:]):
        assert sorted(number for batch in epoch for number in batch) == list(range(23))


def test_each_epoch_is_shuffled_anew():
    first, second = batches(23, 23, local_epochs=2)
    assert first != second and first != list(range(23))


@pytest.mark.parametrize(("batch_size", "steps"), [(1, 23), (5, 5), (22, 2), (23, 1)])
def test_each_batch_starts_where_the_one_before_has_ended(batch_size, steps):
    """All examples are one point x, so every step of every epoch takes a tenth of what is left."""
    x = np.array([0.3, 4.0, -1.0, 2.0])
    update = train(W, np.tile(x, (23, 1)), batch_size=batch_size, local_epochs=3)
    assert np.abs(update - (x - W) * (1 - 0.9 ** (3 * steps))).max() < 1e-13


def test_a_batch_larger_than_the_data_is_all_of_it():
    assert [len(batch) for batch in batches(3, 10)] == [3]


def test_bad_arguments_are_refused():
    for name in ("local_epochs", "batch_size"):
        for bad in (0, -1, 2.0, True):
            with pytest.raises(ValueError, match=f"{name} must be an integer of at least 1"):
                train(W, INPUTS, **{name: bad})
    for bad in (0, -0.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="learning_rate must be positive and finite"):
            train(W, INPUTS, learning_rate=bad)
    with pytest.raises(ValueError, match="inputs and targets must be equally many and at least"):
        train(W, INPUTS[:0])
    with pytest.raises(ValueError, match="w must hold finite numbers"):
        train(W * np.nan, INPUTS)
    with pytest.raises(ValueError, match="got 23 inputs and 22 targets"):
        client_update(
            W, INPUTS, np.zeros(22), gradient=pull, local_epochs=1, batch_size=5,
            learning_rate=0.1, rng=np.random.default_rng(0),
        )  # fmt: skip
