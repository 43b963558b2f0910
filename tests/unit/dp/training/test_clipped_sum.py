"""Clipped sums from inputs and output gradients, against the gradients of single examples."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from lessons import models
from lessons.dp.training import layer_gradients
from lessons.dp.training.clipped_sum import clipped_gradient_sum, clipped_sums
from lessons.dp.training.per_example import gradients, gradients_by_loop

SIDE = 8
UNEVEN = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")  # it is meant


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
    return rng.normal(size=(n, SIDE * SIDE)), rng.integers(10, size=n)


def expected(model, images, labels, clip_norm):
    """The definition: write every gradient down, shorten the long ones, add."""
    rows = gradients_by_loop(model, images, labels)
    norms = np.sqrt((rows**2).sum(axis=1))
    clipped = [
        row * clip_norm / norm if norm > clip_norm else row
        for row, norm in zip(rows, norms, strict=True)
    ]
    return np.sum(clipped, axis=0), norms


def assert_as_defined(model, images, labels, clip_norm):
    total, norms = clipped_gradient_sum(model, images, labels, clip_norm=clip_norm)
    right_total, right_norms = expected(model, images, labels, clip_norm)
    assert np.abs(norms - right_norms).max() < 1e-12 * (1 + right_norms.max())
    assert np.abs(total - right_total).max() < 1e-12 * (1 + right_norms.max())


def with_double(layers, seed=0):
    """A model of ``layers`` in float64, drawn without torch's global generator."""
    model, generator = nn.Sequential(*layers).double(), torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        nn.init.uniform_(parameter, -0.6, 0.6, generator=generator)
    return model


def random_convnet(rng):
    """One or two convolutions of any shape that an 8 by 8 image allows, and what may stand between."""
    image = [(1, 8, 8), (4, 4, 4), (2, 4, 8), (1, 4, 16)][rng.integers(4)]
    layers, channels, between = [nn.Unflatten(1, image)], image[0], [nn.ReLU(), nn.Tanh(), nn.ELU()]
    for _ in range(rng.integers(1, 3)):
        kernel, stride, dilation = (tuple(rng.integers(1, 4, size=2).tolist()) for _ in range(3))
        padding = tuple(
            int(rng.integers(d * (k - 1), d * (k - 1) + 2))
            for k, d in zip(kernel, dilation, strict=True)
        )
        options = {
            "stride": stride,
            "dilation": dilation,
            "padding": padding,
            "bias": rng.random() < 0.5,
        }
        if rng.random() < 0.25:
            options |= {"stride": 1, "padding": "same"}
        width = int(rng.integers(1, 20))
        layers += [nn.Conv2d(channels, width, kernel, **options), between[rng.integers(3)]]
        channels = width
    if rng.random() < 0.5:
        layers.append(nn.AvgPool2d(2, ceil_mode=True))
    layers.append(nn.Flatten())
    size = nn.Sequential(*layers)(torch.zeros(1, SIDE * SIDE)).shape[1]
    return with_double(
        [*layers, nn.Linear(size, 10, bias=rng.random() < 0.5)], int(rng.integers(99))
    )


@UNEVEN
@pytest.mark.parametrize("seed", range(25))
def test_sum_and_norms_are_those_of_the_definition_for_random_convnets(seed):
    rng = np.random.default_rng(seed)
    model, (images, labels) = random_convnet(rng), examples(5, seed)
    norms = expected(model, images, labels, 1.0)[1]
    assert_as_defined(model, images, labels, float(np.median(norms)) * 1.01)


@UNEVEN
@pytest.mark.parametrize("always", [True, False])
def test_both_ways_of_a_convolution_agree_whatever_is_cheaper(monkeypatch, always):
    monkeypatch.setattr(layer_gradients, "inner_products_are_cheaper", lambda *_, **__: always)
    for seed in range(8):
        model = random_convnet(np.random.default_rng(seed))
        assert_as_defined(model, *examples(5, seed), 1.5)


def test_the_cheaper_way_is_the_one_with_fewer_multiplications():
    layer = nn.Conv2d(16, 32, 4)  # D = 256, O = 32: 2·D·O = 16384, D + O = 288, 7² · 288 = 14112
    cheaper = layer_gradients.inner_products_are_cheaper
    assert cheaper(layer, places=1) and cheaper(layer, places=7)
    assert not cheaper(layer, places=8) and not cheaper(nn.Conv2d(1, 16, 8), places=196)


@pytest.mark.parametrize("n", [0, 1, 2, 127, 128, 129, 260])
@pytest.mark.parametrize("network", [dense, convolutional])
def test_any_number_of_examples(network, n):
    assert_as_defined(network(), *examples(n), clip_norm=2.3) if n else None
    total, norms = clipped_gradient_sum(network(), *examples(n), clip_norm=2.3)
    assert total.dtype == norms.dtype == np.float64
    assert norms.shape == (n,) and total.shape == (models.flatten(network()).size,)
    assert n or not total.any()


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Linear(64, 10, bias=False)],
        [nn.Unflatten(1, (4, 16)), nn.Linear(16, 5), nn.GELU(), nn.Flatten(), nn.Linear(20, 10)],
        [
            nn.Sequential(nn.Identity(), nn.Linear(64, 7)),
            nn.Sequential(nn.SiLU(), nn.Linear(7, 10)),
        ],
        [nn.Linear(64, 9), nn.ReLU(inplace=True), nn.Linear(9, 10)],
        [
            *(nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 3, 3), nn.ReLU(inplace=True)),
            *(nn.Conv2d(3, 4, 3), nn.LeakyReLU(inplace=True), nn.MaxPool2d(2), nn.Flatten()),
            nn.Linear(16, 10),
        ],
    ],
    ids=[
        "one layer without bias",
        "several places",
        "nested",
        "in place",
        "in place, convolutions",
    ],
)
def test_sequences_of_every_kind(layers):
    assert_as_defined(with_double(layers), *examples(6), clip_norm=3.0)


def test_a_bare_layer_is_a_model_too():
    assert_as_defined(with_double([nn.Linear(64, 10)])[0], *examples(6), clip_norm=3.0)


@pytest.mark.filterwarnings("ignore")  # Opacus uses what torch is about to drop
def test_opacus_has_the_same_clipped_sum():
    from opacus import GradSampleModule
    from opacus.optimizers import DPOptimizer

    for network in (dense, convolutional):
        images, labels = examples(12)
        theirs = GradSampleModule(network(), loss_reduction="sum")
        optimizer = DPOptimizer(
            torch.optim.SGD(theirs.parameters(), lr=1.0),
            noise_multiplier=0.0,
            max_grad_norm=2.4,
            expected_batch_size=12,
            loss_reduction="sum",
        )
        logits = theirs(torch.from_numpy(images))
        nn.functional.cross_entropy(logits, torch.from_numpy(labels), reduction="sum").backward()
        optimizer.clip_and_accumulate()
        parts = [parameter.summed_grad.numpy().ravel() for parameter in theirs.parameters()]
        total, norms = clipped_gradient_sum(network(), images, labels, clip_norm=2.4)
        assert norms.min() < 2.4 < norms.max()
        # Opacus divides by the norm plus 1e-6, hence shortens a little more
        assert np.abs(total - np.concatenate(parts)).max() < 1e-6 * 12


def test_sum_without_clipping_is_the_slope_of_the_summed_loss():
    model, (images, labels) = convolutional(), examples(7)
    total, _ = clipped_gradient_sum(model, images, labels, clip_norm=1e9)
    w = models.flatten(model)
    for index in (0, 75, 100, w.size - 1):
        losses = []
        for step in (1e-6, -1e-6):
            shifted = w.copy()
            shifted[index] += step
            models.load(model, shifted)
            losses.append(7 * models.mean_loss(model, images, labels))
        models.load(model, w)
        assert abs((losses[0] - losses[1]) / 2e-6 - total[index]) < 1e-7


def test_one_example_more_moves_the_sum_by_at_most_the_clip_norm():
    model, (images, labels) = convolutional(), examples(20)
    images[4] *= 1e4  # a gradient as large as anybody likes
    with_all, norms = clipped_gradient_sum(model, images, labels, clip_norm=0.7)
    assert norms[4] > 1000
    for i in range(20):
        others = np.delete(np.arange(20), i)
        without, _ = clipped_gradient_sum(model, images[others], labels[others], clip_norm=0.7)
        distance = np.linalg.norm(with_all - without)
        assert abs(distance - min(0.7, norms[i])) < 1e-9


def test_a_norm_of_exactly_the_clip_norm_is_left_alone():
    model, (images, labels) = dense(), examples(1)
    row = gradients(model, images, labels)[0]
    norm = float(clipped_gradient_sum(model, images, labels, clip_norm=1.0)[1][0])
    for clip_norm in (norm, norm * (1 + 1e-9)):
        total, _ = clipped_gradient_sum(model, images, labels, clip_norm=clip_norm)
        assert np.abs(total - row).max() < 1e-15
    total, _ = clipped_gradient_sum(model, images, labels, clip_norm=norm / 2)
    assert np.abs(total - row / 2).max() < 1e-15


def test_an_example_without_gradient_adds_nothing_and_breaks_nothing():
    model, (images, _) = dense(), examples(3)
    with torch.no_grad():
        model[2].bias.copy_(
            torch.tensor([2000.0] + [0.0] * 9)
        )  # certain of class 0 beyond rounding
    total, norms = clipped_gradient_sum(model, images, np.zeros(3, dtype=int), clip_norm=1.0)
    assert not total.any() and not norms.any()


def test_places_that_cancel_leave_no_norm_below_zero():
    rng = np.random.default_rng(0)
    a = torch.from_numpy(rng.normal(size=(200, 1, 5))).expand(200, 3, 5)
    e = torch.from_numpy(rng.normal(size=(200, 3, 4)))
    e[:, 2] = -e[:, 0] - e[:, 1]  # the three places see the same, and their gradients sum to 0
    squares, _ = layer_gradients.layer_gradients(nn.Linear(5, 4, bias=False), a, e)
    assert (squares >= 0).all() and squares.max() < 1e-12


def test_gradients_that_are_not_finite_are_refused():
    model, (images, labels) = dense(), examples(3)
    with torch.no_grad():
        model[0].weight[0, 0] = torch.inf
    with pytest.raises(ValueError, match="gradients must be finite"):
        clipped_gradient_sum(model, images, labels, clip_norm=1.0)


def test_a_norm_that_overflows_is_refused_and_does_not_count_as_nothing():
    huge = np.full((1, 64), 1e200)  # its square is infinite, and C over that would be 0
    model = nn.Sequential(nn.Linear(64, 10)).double()
    with torch.no_grad():
        model[0].weight.zero_()
    with pytest.raises(ValueError, match="gradients must be finite"):
        clipped_gradient_sum(model, huge, [3], clip_norm=1.0)


def test_single_precision_in_single_precision_out_on_tensors():
    model, (images, labels) = convolutional().float(), examples(8)
    inputs, targets = torch.from_numpy(images).float(), torch.from_numpy(labels)
    sums, norms = clipped_sums(model, inputs, targets, clip_norm=2.0)
    assert norms.dtype == torch.float32 and all(part.dtype == torch.float32 for part in sums)
    assert [part.shape for part in sums] == [parameter.shape for parameter in model.parameters()]
    assert not any(part.requires_grad for part in sums)
    total, _ = clipped_gradient_sum(convolutional(), images, labels, clip_norm=2.0)
    flat = np.concatenate([part.numpy().ravel() for part in sums])
    assert 0 < np.abs(flat - total).max() < 1e-4
    at_border, _ = clipped_gradient_sum(model, images, labels, clip_norm=2.0)
    assert at_border.dtype == np.float64 and np.abs(flat - at_border).max() < 1e-6


def test_works_where_gradients_are_switched_off():
    with torch.no_grad():
        total, _ = clipped_gradient_sum(dense(), *examples(5), clip_norm=2.0)
    assert np.array_equal(total, clipped_gradient_sum(dense(), *examples(5), clip_norm=2.0)[0])


def hooks(model):
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(layer, kind)) for layer in model.modules() for kind in kinds)


@pytest.mark.parametrize("labels", [[1, 2, 3], [1, 2, 99]], ids=["success", "failure"])
@pytest.mark.usefixtures("two_threads")
def test_model_generator_threads_and_data_are_left_as_they_were(labels):
    model, (images, labels) = convolutional(), (examples(3)[0], np.array(labels))
    first = next(model.parameters())
    first.grad = torch.full_like(first, 7.0)
    w, pixels, classes = models.flatten(model), images.copy(), labels.copy()
    state = torch.random.get_rng_state()
    try:
        clipped_gradient_sum(model, images, labels, clip_norm=1.0)
    except ValueError:
        assert labels[2] == 99
    assert np.array_equal(models.flatten(model), w) and hooks(model) == 0
    assert np.array_equal(images, pixels) and np.array_equal(labels, classes)
    grads = [parameter.grad for parameter in model.parameters()]
    assert (grads[0] == 7).all() and all(grad is None for grad in grads[1:])
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert torch.equal(state, torch.random.get_rng_state()) and torch.get_num_threads() == 2
    assert model.training and torch.is_grad_enabled()


class Sizes(TorchDispatchMode):
    """Notes the size of the largest tensor that any operation gives inside the block, views included."""

    largest = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for each in out if isinstance(out, tuple | list) else (out,):
            if isinstance(each, torch.Tensor):
                self.largest = max(self.largest, each.numel())
        return out


def largest_tensor(model, n):
    images, labels = examples(n)
    inputs, targets = torch.from_numpy(images), torch.from_numpy(labels)
    with Sizes() as sizes:
        clipped_sums(model, inputs, targets, clip_norm=1.0)
    return sizes.largest


def test_gradients_of_a_linear_layer_are_never_written_down():
    model, n = models.digits_network(generator=torch.Generator().manual_seed(0), n_hidden=100), 50
    # the inputs, n · 64, the hidden values, n · 100, and one sum, 64 · 100: nothing of n · 64 · 100
    assert largest_tensor(model, n) == 6400
    places = with_double(
        [nn.Unflatten(1, (4, 16)), nn.Linear(16, 90), nn.Flatten(), nn.Linear(360, 10)]
    )
    assert largest_tensor(places, n) == n * 360


def test_a_convolution_writes_down_the_smaller_of_its_gradients_and_inner_products():
    n = 300
    shallow = [nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(144, 10)]
    # outputs n · 144; gradients n · 36; patches of a few examples only, of all they would be n · 324;
    # inner products would be n · 1296
    assert largest_tensor(with_double(shallow), n) == n * 144
    deep = [nn.Unflatten(1, (4, 4, 4)), nn.Conv2d(4, 48, 2, stride=2), nn.Flatten()]
    # T = 4, D = 16, O = 48: outputs n · 192, inner products n · 16, gradients would be n · 768
    assert largest_tensor(with_double([*deep, nn.Linear(192, 10)]), n) == n * 192


class Own(nn.Module):
    def forward(self, images):
        return images - images.mean(dim=0)


class OwnLinear(nn.Linear):
    def forward(self, images):
        return super().forward(images).cumsum(dim=0)


def shared():
    layer = nn.Linear(10, 10)
    return nn.Sequential(nn.Linear(64, 10), layer, nn.ReLU(), layer)


def tied():
    one, two = nn.Linear(10, 10), nn.Linear(10, 10)
    two.weight = one.weight
    return nn.Sequential(nn.Linear(64, 10), one, nn.ReLU(), two)


def frozen():
    model = nn.Sequential(nn.Linear(64, 8), nn.Linear(8, 10))
    model[0].bias.requires_grad_(False)
    return model


def hooked(kind):
    model = nn.Sequential(nn.Linear(64, 8), nn.Linear(8, 10))
    getattr(model[1], f"register_{kind}hook")(lambda *_: None)
    return model


def reparametrised():
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(64, 10))
    return nn.Sequential(nn.Identity(), layer)


def with_a_parameter_of_its_own():
    model = nn.Sequential(nn.ReLU(), nn.Linear(64, 10))
    model[0].register_parameter("slope", nn.Parameter(torch.ones(())))
    return model


def conv(**options):
    layers = (nn.Conv2d(2, 4, 3, padding=1, **options), nn.Flatten(), nn.Linear(128, 10))
    return nn.Sequential(nn.Unflatten(1, (2, 4, 8)), *layers)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            nn.Sequential(nn.Linear(64, 10), nn.BatchNorm1d(10)),
            r"layer '1' \(BatchNorm1d\) has none",
        ),
        (nn.Sequential(nn.Linear(64, 10), nn.LayerNorm(10)), r"layer '1' \(LayerNorm\) has none"),
        (nn.Sequential(nn.PReLU(), nn.Linear(64, 10)), r"layer '0' \(PReLU\) has none"),
        (nn.Sequential(nn.Sequential(nn.ReLU(), Own()), nn.Linear(64, 10)), r"layer '0.1' \(Own\)"),
        (nn.Sequential(OwnLinear(64, 10)), r"layer '0' \(OwnLinear\) has none"),
        (nn.Sequential(nn.Linear(64, 10), nn.Softmax(dim=0)), r"layer '1' \(Softmax\) has none"),
        (nn.Sequential(nn.Dropout(0.1), nn.Linear(64, 10)), r"'0' \(Dropout\) draws at random"),
        (shared(), r"layer '3' \(Linear\) shares parameters"),
        (tied(), r"layer '3' \(Linear\) shares parameters"),
        (frozen(), r"layer '0' \(Linear\) has frozen parameters"),
        *(
            (hooked(kind), r"layer '1' \(Linear\) has hooks")
            for kind in ("forward_", "forward_pre_", "full_backward_", "full_backward_pre_")
        ),
        (reparametrised(), r"layer '1' \(ParametrizedLinear\) has none"),
        (with_a_parameter_of_its_own(), r"layer '0' \(ReLU\) has none"),
        (conv(groups=2), r"layer '1' \(Conv2d\) has groups=2"),
        (
            conv(padding_mode="reflect"),
            r"layer '1' \(Conv2d\) has groups=1, padding_mode='reflect'",
        ),
        (nn.Sequential(nn.Flatten(0), nn.Linear(256, 10)), r"'0' \(Flatten\) does not"),
        (nn.Sequential(nn.Unflatten(0, (2, 2)), nn.Linear(64, 10)), r"'0' \(Unflatten\) does not"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_layers_without_a_rule_are_refused_by_name_before_anything_is_computed(model, message):
    before = [parameter.detach().clone() for parameter in model.parameters()]
    with pytest.raises(TypeError, match=message):
        clipped_gradient_sum(model, *examples(4), clip_norm=1.0)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert all(parameter.grad is None for parameter in model.parameters())


def test_dropout_that_is_off_is_no_layer_at_all():
    model = nn.Sequential(nn.Dropout(0.5), dense()).eval()
    total, _ = clipped_gradient_sum(model, *examples(5), clip_norm=1.0)
    assert np.array_equal(total, clipped_gradient_sum(dense(), *examples(5), clip_norm=1.0)[0])


@pytest.mark.parametrize("clip_norm", [0, -1, float("nan"), float("inf"), "1", True, None])
def test_clip_norm_must_be_positive_and_finite(clip_norm):
    with pytest.raises(ValueError, match="clip_norm must be"):
        clipped_gradient_sum(dense(), *examples(3), clip_norm=clip_norm)
    with pytest.raises(ValueError, match="clip_norm must be"):
        clipped_gradient_sum(dense(), *examples(0), clip_norm=clip_norm)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 64)), [0], r"labels must be one per image, shape \(2,\), got .* \(1,\)"),
        (np.zeros((2, 64)), [0, 10], "labels must be from 0 to 9, got 10 in labels"),
        (np.zeros((2, 64)), [-1, 0], "labels must be from 0 to 9, got -1 in labels"),
        (np.zeros((2, 64)), [0.0, 1.0], "labels must be integers, got labels of type float64"),
        (
            np.zeros((2, 63)),
            [0, 1],
            r"images must fit the model, layer '0' \(Linear\) got \(2, 63\)",
        ),
        (np.zeros((0, 63)), [], r"images must fit the model, layer '0' \(Linear\) got \(0, 63\)"),
        (np.zeros((2, 1, 64)), [0, 1], r"model must give logits of shape \(n, n_classes\)"),
        (np.full((1, 64), np.inf), [0], "images must hold finite numbers only, got"),
    ],
)
def test_examples_that_do_not_fit_are_refused(images, labels, message):
    with pytest.raises(ValueError, match=message):
        clipped_gradient_sum(dense(), images, np.array(labels), clip_norm=1.0)
