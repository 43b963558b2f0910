"""Gradients of single examples: the loop and the vectorised pass, against autograd, Opacus and slopes."""

import numpy as np
import pytest
import torch
from torch import nn

from lessons import models
from lessons.dp.training.per_example import gradients, gradients_by_loop

BOTH = pytest.mark.parametrize("function", [gradients, gradients_by_loop])


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def dense(seed=0):
    return models.digits_network(generator=torch.Generator().manual_seed(seed), n_hidden=6)


def convolutional(seed=0):
    return models.digits_convnet(generator=torch.Generator().manual_seed(seed))


def examples(n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(size=(n, 64)), rng.integers(10, size=n)


def autograd(model, image, label):
    """The definition, written with nothing of the course's: log-softmax at the label, differentiated."""
    logits = model(torch.tensor(image[None], dtype=torch.float64))[0]
    loss = torch.logsumexp(logits, dim=0) - logits[int(label)]
    return np.concatenate(
        [g.numpy().ravel() for g in torch.autograd.grad(loss, list(model.parameters()))]
    )


@BOTH
@pytest.mark.parametrize("network", [dense, convolutional])
def test_each_row_is_the_gradient_of_that_example_alone(function, network):
    model, (images, labels) = network(), examples(9)
    rows = function(model, images, labels)
    assert rows.dtype == np.float64
    assert rows.shape == (9, models.flatten(model).size)
    expected = [autograd(model, *example) for example in zip(images, labels, strict=True)]
    assert np.abs(rows - expected).max() < 1e-12
    # distinct examples have distinct rows, so an order that is wrong would show
    assert np.abs(rows[:, None] - rows[None])[~np.eye(9, dtype=bool)].max(axis=1).min() > 1e-3


@BOTH
def test_mean_of_the_rows_is_the_gradient_that_ordinary_training_uses(function):
    model, (images, labels) = convolutional(), examples(40)
    mean = function(model, images, labels).mean(axis=0)
    assert np.abs(mean - models.gradient(model, images, labels)).max() < 1e-12


@BOTH
def test_rows_are_slopes_of_the_loss(function):
    model, (images, labels) = convolutional(), examples(2)
    rows, w = function(model, images, labels), models.flatten(model)
    for index in (0, 75, 100, w.size - 1):
        for image, label, row in zip(images, labels, rows, strict=True):
            losses = []
            for step in (1e-6, -1e-6):
                shifted = w.copy()
                shifted[index] += step
                models.load(model, shifted)
                losses.append(models.mean_loss(model, image[None], label[None]))
            models.load(model, w)
            assert abs((losses[0] - losses[1]) / 2e-6 - row[index]) < 1e-8


@pytest.mark.filterwarnings("ignore")  # Opacus uses what torch is about to drop
def test_opacus_has_the_same_rows():
    from opacus import GradSampleModule

    for network in (dense, convolutional):
        model, (images, labels) = network(), examples(6)
        theirs = GradSampleModule(network(), loss_reduction="sum")
        logits = theirs(torch.from_numpy(images))
        nn.functional.cross_entropy(logits, torch.from_numpy(labels), reduction="sum").backward()
        parts = [parameter.grad_sample.flatten(1).numpy() for parameter in theirs.parameters()]
        assert (
            np.abs(gradients(model, images, labels) - np.concatenate(parts, axis=1)).max() < 1e-12
        )


class Twice(nn.Module):
    """Uses one weight matrix twice, in no layer's forward: nothing that a rule per layer could see."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(
            torch.linspace(-0.3, 0.3, 64 * 10, dtype=torch.float64).view(10, 64)
        )

    def forward(self, images):
        return images @ self.weight.T + (images**2) @ self.weight.T


def test_a_model_of_any_make_will_do():
    images, labels = examples(5)
    rows = gradients(Twice(), images, labels)
    assert np.abs(rows - gradients_by_loop(Twice(), images, labels)).max() < 1e-12


@BOTH
def test_one_example_and_none(function):
    model, (images, labels) = dense(), examples(3)
    rows = function(model, images, labels)
    assert np.abs(function(model, images[1:2], labels[1:2]) - rows[1]).max() < 1e-12
    none = function(model, images[:0], labels[:0])
    assert none.shape == (0, rows.shape[1]) and none.dtype == np.float64
    assert function(model, np.zeros((0, 64)), []).shape == none.shape


@BOTH
def test_single_precision_models_are_computed_in_their_own_precision(function):
    model, (images, labels) = dense().float(), examples(4)
    rows = function(model, images.astype(np.float32), labels)
    assert rows.dtype == np.float64
    assert 0 < np.abs(rows - function(dense(), images, labels)).max() < 1e-5


@BOTH
@pytest.mark.usefixtures("two_threads")
def test_model_generator_threads_and_data_are_left_as_they_were(function):
    model, (images, labels) = convolutional(), examples(4)
    next(model.parameters()).grad = torch.full_like(next(model.parameters()), 7.0)
    w, pixels, classes = models.flatten(model), images.copy(), labels.copy()
    state = torch.random.get_rng_state()
    function(model, images, labels)
    assert np.array_equal(models.flatten(model), w)
    assert np.array_equal(images, pixels) and np.array_equal(labels, classes)
    grads = [parameter.grad for parameter in model.parameters()]
    assert (grads[0] == 7).all() and all(grad is None for grad in grads[1:])
    assert torch.equal(state, torch.random.get_rng_state()) and torch.get_num_threads() == 2


@BOTH
@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 64)), [0], r"labels must be one per image, shape \(2,\), got .* \(1,\)"),
        (np.zeros((2, 64)), [[0], [1]], r"labels must be one per image"),
        (np.zeros((2, 64)), [0, 10], "labels must be from 0 to 9, got 10 in labels"),
        (np.zeros((2, 64)), [-1, 0], "labels must be from 0 to 9, got -1 in labels"),
        (np.zeros((2, 64)), [0.0, 1.0], "labels must be integers, got labels of type float64"),
        (np.zeros((2, 64)), [True, False], "labels must be integers, got labels of type bool"),
        (np.zeros((2, 63)), [0, 1], r"images must fit the model, got images of shape \(2, 63\)"),
        (np.zeros(64), [0] * 64, r"images must have shape \(n, \.\.\.\), got .* \(64,\)"),
        (np.full((1, 64), np.nan), [0], "images must hold finite numbers only, got"),
    ],
)
def test_examples_that_do_not_fit_are_refused(function, images, labels, message):
    with pytest.raises(ValueError, match=message):
        function(dense(), images, np.array(labels))


@BOTH
def test_layers_that_mix_examples_or_draw_are_refused_by_name(function):
    images, labels = examples(4)
    norm = nn.Sequential(dense(), nn.BatchNorm1d(10, dtype=torch.float64))
    for model in (norm, norm.eval()):  # its running means are of private data all the same
        with pytest.raises(TypeError, match=r"layer '1' \(BatchNorm1d\) averages over the batch"):
            function(model, images, labels)
    dropout = nn.Sequential(nn.Dropout(0.5), dense())
    with pytest.raises(TypeError, match=r"layer '0' \(Dropout\) does: call model.eval\(\) first"):
        function(dropout, images, labels)
    rows = function(dropout.eval(), images, labels)
    assert np.abs(rows - function(dense(), images, labels)).max() < 1e-12


@pytest.mark.parametrize("way", [gradients, gradients_by_loop])
def test_a_layer_that_is_used_twice_is_refused_and_left_as_it_was(way):
    layer = nn.Linear(4, 4).double()
    model = nn.Sequential(layer, nn.ReLU(), layer, nn.Linear(4, 3).double())
    with pytest.raises(TypeError, match="model must use each layer once, layer '2'"):
        way(model, np.ones((2, 4)), np.array([0, 1]))
    assert all(isinstance(one, nn.Parameter) for one in model.parameters())
