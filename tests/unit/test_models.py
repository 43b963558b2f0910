import numpy as np
import pytest
import torch

from lessons import models


def network(seed=0, n_hidden=5):
    return models.digits_network(generator=torch.Generator().manual_seed(seed), n_hidden=n_hidden)


def convnet(seed=0):
    return models.digits_convnet(generator=torch.Generator().manual_seed(seed))


def test_same_seed_gives_the_same_network_and_another_seed_another():
    one, same, other = (models.flatten(network(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_drawing_a_network_leaves_torchs_global_generator_alone():
    before = torch.random.get_rng_state()
    network()
    convnet()
    assert torch.equal(before, torch.random.get_rng_state())


def test_first_weights_are_within_their_bound_and_fill_it():
    model = network(n_hidden=32)
    first, last = (models.split(model, models.flatten(model))[index] for index in (0, 2))
    # 320 and 2048 uniform draws: the largest lies below 0.95 of the bound with probability < 1e-7
    assert 0.95 / 8 < np.abs(first).max() <= 1 / 8
    assert 0.95 / 32**0.5 < np.abs(last).max() <= 1 / 32**0.5


def test_a_flat_vector_is_float64_whatever_the_network_computes_in():
    single = network().float()
    assert models.flatten(single).dtype == np.float64
    assert models.flatten(single) == pytest.approx(models.flatten(network()), rel=1e-7)


def test_convnet_takes_flat_images_and_is_drawn_from_its_seed_only():
    one, same, other = (models.flatten(convnet(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert one.size == 8 * 9 + 8 + 16 * 8 * 9 + 16 + 64 * 10 + 10 == 1898
    assert all(parameter.dtype == torch.float64 for parameter in convnet().parameters())
    images, labels = np.random.default_rng(0).uniform(size=(5, 64)), np.array([0, 9, 3, 3, 1])
    assert models.gradient(convnet(), images, labels).shape == (1898,)
    assert convnet()(torch.from_numpy(images)).shape == (5, 10)


def test_convnet_sees_an_image_row_by_row_as_it_is_stored():
    image = np.random.default_rng(1).uniform(size=(1, 64))
    first, bias = list(convnet().parameters())[:2]
    corner = (first[3, 0].detach().numpy() * image.reshape(8, 8)[2:5, 1:4]).sum() + bias[3].item()
    assert abs(convnet()[:2](torch.from_numpy(image))[0, 3, 2, 1].item() - corner) < 1e-12


def test_convnet_keeps_the_largest_of_each_four_values():
    images = torch.from_numpy(np.random.default_rng(2).uniform(size=(3, 64)))
    before, after = convnet()[:5](images), convnet()[:6](images)
    assert before.shape == (3, 16, 4, 4)
    assert torch.equal(after, before.unflatten(2, (2, 2)).unflatten(4, (2, 2)).amax(dim=(3, 5)))


def test_weights_of_the_convnet_are_within_their_bound_and_fill_it():
    parts = models.split(convnet(), models.flatten(convnet()))
    for part, n_inputs in zip(parts, (9, 9, 72, 72, 64, 64), strict=True):
        # the smallest part has 8 uniform draws: all below 0.1 of the bound with probability 1e-8
        assert 0.1 / n_inputs**0.5 < np.abs(part).max() <= 1 / n_inputs**0.5
    # 1152 draws, of either sign
    assert parts[2].min() < -0.95 / 72**0.5 and parts[2].max() > 0.95 / 72**0.5


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
