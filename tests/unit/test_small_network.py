import numpy as np
import pytest
import torch

from lessons import models, small_network


@pytest.fixture
def network():
    return models.digits_network(generator=torch.Generator().manual_seed(5), n_hidden=6)


@pytest.fixture
def batch():
    rng = np.random.default_rng(5)
    return rng.uniform(size=(17, 64)), rng.integers(10, size=17)


def test_written_out_backward_pass_equals_torchs_autograd(network, batch):
    w = models.flatten(network)
    difference = small_network.gradient(w, *batch) - models.gradient(network, *batch)
    assert np.abs(difference).max() < 1e-14


def test_gradient_is_the_slope_of_the_mean_loss(network, batch):
    w = models.flatten(network)
    direction = np.random.default_rng(1).normal(size=w.size)
    h = 1e-5
    slope = (
        small_network.mean_loss(w + h * direction, *batch)
        - small_network.mean_loss(w - h * direction, *batch)
    ) / (2 * h)
    # a central difference errs by O(h²) = 1e-10 times third derivatives, and by 1e-16 / h = 1e-11
    assert abs(slope - small_network.gradient(w, *batch) @ direction) < 1e-6


def test_loss_and_accuracy_equal_those_of_torch(network, batch):
    w = models.flatten(network)
    assert abs(small_network.mean_loss(w, *batch) - models.mean_loss(network, *batch)) < 1e-13
    assert small_network.accuracy(w, *batch) == models.accuracy(network, *batch)


def test_a_unit_at_the_kink_passes_nothing_back_as_in_torch(network):
    """A black image and biases of 0: what every hidden unit gets is exactly 0."""
    with torch.no_grad():
        network[0].bias.zero_()
    black, labels = np.zeros((2, 64)), np.array([3, 8])
    found = small_network.gradient(models.flatten(network), black, labels)
    assert np.abs(found - models.gradient(network, black, labels)).max() < 1e-14
    assert found[: 65 * 6].tolist() == [0.0] * (65 * 6)


def test_gradient_of_a_batch_is_the_mean_of_the_gradients_of_its_images(network, batch):
    images, labels = batch
    w = models.flatten(network)
    single = [small_network.gradient(w, images[i : i + 1], labels[i : i + 1]) for i in range(17)]
    assert np.abs(np.mean(single, axis=0) - small_network.gradient(w, *batch)).max() < 1e-15


def test_split_has_the_layout_of_torchs_parameters(network):
    w = models.flatten(network)
    for one, other in zip(small_network.split(w), models.split(network, w), strict=True):
        assert np.array_equal(one, other)


def test_large_logits_do_not_overflow(batch):
    w = 1e4 * np.random.default_rng(0).normal(size=75 * 6 + 10)
    assert np.isfinite(small_network.gradient(w, *batch)).all()


def test_gradient_leaves_its_arguments_alone(network, batch):
    images, labels = batch
    w = models.flatten(network)
    kept = w.copy(), images.copy(), labels.copy()
    small_network.gradient(w, images, labels)
    for one, other in zip(kept, (w, images, labels), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("shape", [0, 10, 84, 86, (85, 1), (1, 85)])
def test_a_vector_that_is_no_network_is_refused(shape):
    with pytest.raises(ValueError, match=r"w must have (shape \(75|one axis)"):
        small_network.split(np.zeros(shape))


def test_images_and_labels_that_do_not_fit_are_refused():
    w = np.zeros(85)
    with pytest.raises(ValueError, match="images must have shape"):
        small_network.gradient(w, np.zeros((0, 64)), np.zeros(0, dtype=int))
    with pytest.raises(ValueError, match="images must have shape"):
        small_network.accuracy(w, np.zeros((2, 8, 8)), np.zeros(2, dtype=int))
    with pytest.raises(ValueError, match="labels must have one entry per image"):
        small_network.mean_loss(w, np.zeros((2, 64)), np.zeros(3, dtype=int))
    with pytest.raises(ValueError, match=r"labels must .* got shape \(2, 1\)"):  # would broadcast
        small_network.accuracy(w, np.zeros((2, 64)), np.zeros((2, 1), dtype=int))


def test_larger_images_make_a_larger_network():
    rng = np.random.default_rng(2)
    w, images, labels = rng.normal(size=165), rng.normal(size=(6, 20)), rng.integers(10, size=6)
    h, direction = 1e-5, rng.normal(size=165)
    ends = [small_network.mean_loss(w + s * h * direction, images, labels) for s in (1, -1)]
    slope = (ends[0] - ends[1]) / (2 * h)
    assert abs(slope - small_network.gradient(w, images, labels) @ direction) < 1e-6
