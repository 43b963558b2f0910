import numpy as np
import pytest
import torch

from lessons import models


def network(seed=0, n_hidden=5):
    return models.digits_network(generator=torch.Generator().manual_seed(seed), n_hidden=n_hidden)


def test_same_seed_gives_the_same_network_and_another_seed_another():
    one, same, other = (models.flatten(network(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_drawing_a_network_leaves_torchs_global_generator_alone():
    before = torch.random.get_rng_state()
    network()
    assert torch.equal(before, torch.random.get_rng_state())


def test_first_weights_are_within_their_bound_and_fill_it():
    model = network(n_hidden=32)
    first, last = (models.split(model, models.flatten(model))[index] for index in (0, 2))
    # 320 and 2048 uniform draws: the largest lies below 0.95 of the bound with probability < 1e-7
    assert 0.95 / 8 < np.abs(first).max() <= 1 / 8
    assert 0.95 / 32**0.5 < np.abs(last).max() <= 1 / 32**0.5


def test_flatten_and_load_are_inverse_and_give_copies():
    model = network()
    w = np.random.default_rng(0).normal(size=models.flatten(model).size)
    models.load(model, w)
    flat = models.flatten(model)
    assert np.array_equal(flat, w) and flat.dtype == np.float64
    flat[:] = 0
    assert np.array_equal(models.flatten(model), w)
    w[:] = 7
    assert models.flatten(model).max() < 7


def test_split_lays_each_entry_where_torch_has_it():
    model = network()
    w = np.arange(models.flatten(model).size, dtype=float)
    models.load(model, w)
    for part, parameter in zip(models.split(model, w), model.parameters(), strict=True):
        assert np.array_equal(part, parameter.detach().numpy())
    assert models.shapes(model) == ((5, 64), (5,), (10, 5), (10,))


def test_flat_gradient_has_the_layout_of_the_flat_parameters():
    model, rng = network(), np.random.default_rng(2)
    images, labels = rng.uniform(size=(9, 64)), rng.integers(10, size=9)
    w, gradient = models.flatten(model), models.gradient(model, images, labels)
    for index in (0, 63, 64, 5 * 64 + 2, w.size - 1):
        shifted = w.copy()
        shifted[index] += 1e-6
        models.load(model, w)
        before = models.mean_loss(model, images, labels)
        models.load(model, shifted)
        slope = (models.mean_loss(model, images, labels) - before) / 1e-6
        assert abs(slope - gradient[index]) < 1e-5


def test_number_of_threads_is_one_inside_and_restored_after_even_after_an_error():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with models.one_thread():
            assert torch.get_num_threads() == 1
        with pytest.raises(RuntimeError), models.one_thread():
            raise RuntimeError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_vectors_that_do_not_fit_are_refused_and_change_nothing():
    model = network()
    w = models.flatten(model)
    for bad in (w[:-1], np.append(w, 0.0), w[None, :]):
        with pytest.raises(ValueError, match="vector must have one entry per parameter"):
            models.load(model, bad)
    with pytest.raises(ValueError, match="vector must hold finite numbers"):
        models.load(model, np.full(w.size, np.nan))
    assert np.array_equal(models.flatten(model), w)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="n_hidden must be an integer of at least 1"):
        network(n_hidden=0)
    for function in (models.gradient, models.mean_loss, models.accuracy):
        with pytest.raises(ValueError, match="images and labels must be equally many"):
            function(network(), np.zeros((2, 64)), np.zeros(3, dtype=int))
        with pytest.raises(ValueError, match="at least one"):
            function(network(), np.zeros((0, 64)), np.zeros(0, dtype=int))
