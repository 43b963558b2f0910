"""One step of DP-SGD against a step of plain SGD and against every mode of Opacus, on the same network.

    python -m benchmarks.dp_sgd

A step is whole: forward and backward pass, norms, clipping, sum, noise, division by the expected batch
size, update. Batch 256, float32, one thread, random data of MNIST's shape.
"""

import warnings
from collections.abc import Callable
from typing import Any

import torch
from opacus.grad_sample import get_gsm_class
from opacus.optimizers import get_optimizer_class
from opacus.utils.fast_gradient_clipping_utils import DPLossFastGradientClipping
from torch import Tensor, nn

from benchmarks.measure import (
    in_fresh_process,
    options,
    peak_megabytes,
    table,
    times_in_turns,
    where,
)
from lessons.dp.training.clipped_sum import clipped_sums

Step = Callable[[Tensor, Tensor], None]

BATCH, LEARNING_RATE, CLIP_NORM, NOISE_MULTIPLIER = 256, 0.1, 1.0, 1.1
REPETITIONS = 20
OPACUS_MODES: dict[str, tuple[str, dict[str, Any]]] = {
    "Opacus hooks": ("hooks", {}),
    "Opacus functorch": ("functorch", {"force_functorch": True}),
    "Opacus expanded weights": ("ew", {}),
    "Opacus fast gradient clipping": ("ghost", {"use_ghost_clipping": False}),
    "Opacus ghost clipping": ("ghost", {"use_ghost_clipping": True}),
}
MODES = ("plain SGD", "this course", *OPACUS_MODES)
# Opacus 1.6.0 cuts out its patches as if the channels came first whatever the layout: with the channels
# last the gradients of its other modes are wrong (tests/unit/test_benchmarks.py shows it).
CHANNELS_LAST_MODES = (*MODES[:2], "Opacus functorch", "Opacus expanded weights")
NETWORKS = {"CNN": MODES, "CNN, channels last": CHANNELS_LAST_MODES, "MLP": MODES}


def network(name: str) -> nn.Sequential:
    """The two-convolution network of the DP-SGD tutorials, or a multilayer perceptron.

    "Channels last" is the same network in the other layout that torch has for images. Pooling is so
    much faster there that the engine of lesson 16 goes over to it by itself.
    """
    torch.manual_seed(0)
    if name == "MLP":
        hidden = (nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU())
        return nn.Sequential(*hidden, nn.Linear(256, 10))
    model = nn.Sequential(
        *(nn.Conv2d(1, 16, 8, stride=2, padding=3), nn.ReLU(), nn.MaxPool2d(2, stride=1)),
        *(nn.Conv2d(16, 32, 4, stride=2), nn.ReLU(), nn.MaxPool2d(2, stride=1)),
        *(nn.Flatten(), nn.Linear(512, 32), nn.ReLU(), nn.Linear(32, 10)),
    )
    return model.to(memory_format=torch.channels_last) if name != "CNN" else model


def small_network() -> nn.Sequential:
    """Layers of the same kinds, for 784 or 28 by 28 numbers: loads what a step loads once."""
    image = (nn.Flatten(), nn.Unflatten(1, (1, 28, 28)))
    return nn.Sequential(
        *image, nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(26), nn.Flatten(), nn.Linear(2, 10)
    )


def batch(name: str, n: int) -> tuple[Tensor, Tensor]:
    """``n`` random images of MNIST's shape with labels."""
    generator = torch.Generator().manual_seed(1)
    shape = (n, 784) if name == "MLP" else (n, 1, 28, 28)
    images = torch.randn(shape, generator=generator)
    return images, torch.randint(10, (n,), generator=generator)


def plain_step(model: nn.Module) -> Step:
    """Ordinary training with torch's own optimiser."""
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

    def step(images: Tensor, labels: Tensor) -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()

    return step


def course_step(model: nn.Module) -> Step:
    """DP-SGD with the clipped sums of lesson 16."""
    generator = torch.Generator().manual_seed(2)
    sigma = NOISE_MULTIPLIER * CLIP_NORM
    noise = [torch.empty_like(parameter) for parameter in model.parameters()]

    def step(images: Tensor, labels: Tensor) -> None:
        sums, _ = clipped_sums(model, images, labels, clip_norm=CLIP_NORM)
        with torch.no_grad():
            for parameter, total, z in zip(model.parameters(), sums, noise, strict=True):
                total.add_(z.normal_(std=sigma, generator=generator))
                parameter.sub_(total, alpha=LEARNING_RATE / BATCH)

    return step


def opacus_step(model: nn.Module, mode: str, options: dict[str, Any]) -> Step:
    """DP-SGD by Opacus, as its ``PrivacyEngine`` sets it up, without accountant and data loader."""
    if mode == "ghost":
        options = {**options, "max_grad_norm": CLIP_NORM}
    wrapped = get_gsm_class(mode)(model, loss_reduction="mean", **options)
    optimizer = get_optimizer_class("flat", distributed=False, grad_sample_mode=mode)(
        torch.optim.SGD(wrapped.parameters(), lr=LEARNING_RATE),
        noise_multiplier=NOISE_MULTIPLIER,
        max_grad_norm=CLIP_NORM,
        expected_batch_size=BATCH,
        loss_reduction="mean",
    )
    loss = nn.CrossEntropyLoss()
    if mode == "ghost":
        loss = DPLossFastGradientClipping(wrapped, optimizer, loss)

    def step(images: Tensor, labels: Tensor) -> None:
        optimizer.zero_grad()
        loss(wrapped(images), labels).backward()
        optimizer.step()

    return step


def step_of(mode: str, model: nn.Module) -> Step:
    """The step of one mode on ``model``."""
    if mode == "plain SGD":
        return plain_step(model)
    if mode == "this course":
        return course_step(model)
    return opacus_step(model, *OPACUS_MODES[mode])


def memory_of(mode: str, name: str) -> float:
    """Peak memory of five steps beyond network and data, in MB; called in a fresh process."""
    images, labels = batch(name, BATCH)
    step_of(mode, small_network())(images[:2], labels[:2])
    step = step_of(mode, network(name))
    return peak_megabytes(lambda: [step(images, labels) for _ in range(5)])


def compare(name: str) -> str:
    """Time and memory of all modes on one network, as a Markdown table."""
    images, labels = batch(name, BATCH)
    steps = {mode: step_of(mode, network(name)) for mode in NETWORKS[name]}
    tasks = {mode: lambda step=step: step(images, labels) for mode, step in steps.items()}
    seconds = times_in_turns(tasks, repetitions=REPETITIONS)
    rows = [
        (
            mode,
            f"{1000 * seconds[mode]:.1f}",
            f"{seconds[mode] / seconds['plain SGD']:.2f}",
            in_fresh_process("benchmarks.dp_sgd", "--memory", mode, name),
        )
        for mode in NETWORKS[name]
    ]
    header = (f"{name}, batch {BATCH}", "ms a step", "ratio to plain SGD", "peak memory, MB")
    return table(header, rows)


def main() -> None:
    """Print a table for each network."""
    parser = options("benchmarks.dp_sgd", __doc__)
    what = ("MODE", "NETWORK")
    parser.add_argument("--memory", nargs=2, metavar=what, help="print one peak memory only")
    given = parser.parse_args()
    if given.memory and given.memory[0] not in NETWORKS.get(given.memory[1], ()):
        known = "; ".join(f"{name}: {', '.join(modes)}" for name, modes in NETWORKS.items())
        parser.error(f"--memory must be a mode and its network ({known}), got {given.memory}")
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    if given.memory:
        print(f"{memory_of(*given.memory):.0f}")
        return
    for name in NETWORKS:
        print(compare(name), end="\n\n", flush=True)
    print(where("torch", "opacus"))


if __name__ == "__main__":
    main()
