"""Opacus on the arrays that lesson 52 sends: opacus.py IN.npz OUT.npz.

In:   images (n, 64), labels (n,); weights w1 (32, 64), b1, w2 (10, 32), b2; clip_norm; few: so many
      examples in one step, with clip_norm_few. The run: n_train, batch_size, noise_multiplier, epochs,
      learning_rate, delta.
      neighbours (2,): two numbers of examples; loud: noise multiplier of the steps to be measured;
      target_epsilon, target_epochs: of a run with a given ε;
      tries: so many of each; sampling_rate, expected_batch_size: what stays fixed in some of them
Out:  step, step_ghost, step_pieces, step_processes (2, ·)   what one step without noise takes off the
                            parameters: the plain engine, without single gradients, in pieces, two processes
      pieces_counted        steps that the accountant counted for the pieces
      held (2,)             numbers kept of single examples, plain and ghost; seconds_held (2,)
      engine_numbers (2, 2) q and L that make_private takes from the two numbers of examples
      about_noise, about_noise_fixed (2, tries)   standard deviation of the entries of a step with noise
      about_noise_processes (10,)                 and of a step of two processes
      sizes (epochs · ...)  batch sizes of the run; small_sizes: of 200 batches of ten examples, q = 1/10
      empty_step            the largest entry of the steps without noise on their empty batches
      twin_sizes (2, 2, 10) batch sizes in the two processes: seeds of their own, one seed for both
      epsilons (3,)         of the run: prv, rdp, gdp; run (3,): what was counted; about_accuracy
      target (2,)           noise multiplier that the engine finds for target_epsilon, and ε after the run
      problems (6,)         found by the validator in BatchNorm, Centred, LayerNorm, GroupNorm, Dropout,
                            BatchNorm(affine=False)
      moves (3,)            of the clipped sum, when one example leaves: the network, with Centred, with
                            BatchNorm(affine=False)
      secure_mode_wants     the package without which secure_mode=True stops
"""

import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from opacus import GradSampleModule, PrivacyEngine
from opacus.accountants import GaussianAccountant, PRVAccountant, RDPAccountant
from opacus.data_loader import DPDataLoader
from opacus.distributed import DifferentiallyPrivateDistributedDataParallel as DPDDP  # noqa: N817 (its docs call it so)
from opacus.optimizers import DPOptimizer
from opacus.utils.batch_memory_manager import BatchMemoryManager
from opacus.validators import ModuleValidator
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

warnings.simplefilter("ignore")  # "Secure RNG turned off …": the lesson speaks of it
given = dict(np.load(sys.argv[1])) if __name__ == "__main__" else {}


def network(*between):
    """The course's network 64-32-10 with its weights, and perhaps layers before the last."""
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), *between, nn.Linear(32, 10)).double()
    with torch.no_grad():
        for layer, w, b in ((model[0], "w1", "b1"), (model[-1], "w2", "b2")):
            layer.weight.copy_(torch.from_numpy(given[w]))
            layer.bias.copy_(torch.from_numpy(given[b]))
    return model


def examples(n):
    """The first n examples."""
    return TensorDataset(*(torch.from_numpy(given[name][:n]) for name in ("images", "labels")))


def flat(model):
    """All parameters as one vector."""
    return np.concatenate([one.detach().numpy().ravel() for one in model.parameters()])


def private(
    n, *, batch_size, noise_multiplier, clip_norm=1.0, model=None, seed=0, learning_rate=1.0, **more
):
    """Network, optimizer and loader as a PrivacyEngine hands them back (and the engine)."""
    # only so that the lesson repeats. For real data no such line: whoever knows the seed has the noise
    torch.manual_seed(seed)
    model = network() if model is None else model
    engine = PrivacyEngine(accountant="prv")
    parts = engine.make_private(
        module=model,
        optimizer=torch.optim.SGD(model.parameters(), lr=learning_rate),
        data_loader=DataLoader(examples(n), batch_size=batch_size),
        noise_multiplier=noise_multiplier,
        max_grad_norm=clip_norm,
        **more,
    )
    return *parts, engine


def one_step(model, optimizer, loader, engine=None, *, loss=None):
    """Train on one batch; what has gone off the parameters."""
    before = flat(model)
    images, labels = next(iter(loader))
    optimizer.zero_grad()
    (loss or nn.CrossEntropyLoss())(model(images), labels).backward()
    optimizer.step()
    return before - flat(model)


def by_ghost_clipping(n, clip_norm):
    """The same step, without the gradient of any single example."""
    model, optimizer, loss, loader, _ = private(
        n, batch_size=n, noise_multiplier=0.0, grad_sample_mode="ghost", clip_norm=clip_norm
    )
    return one_step(model, optimizer, loader, loss=loss)


def in_pieces(n, clip_norm, at_once):
    """The same step for a memory that holds only so many examples at once."""
    model, optimizer, loader, engine = private(
        n, batch_size=n, noise_multiplier=0.0, clip_norm=clip_norm
    )
    before = flat(model)
    with BatchMemoryManager(
        data_loader=loader, max_physical_batch_size=at_once, optimizer=optimizer
    ) as pieces:
        for images, labels in pieces:
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(model(images), labels).backward()
            optimizer.step()
    return before - flat(model), sum(steps for *_, steps in engine.accountant.history)


def with_fixed_numbers(
    n, *, sampling_rate, expected_batch_size, noise_multiplier, seed=0, model=None
):
    """What make_private puts together, with q and L as constants instead of functions of n."""
    # only so that the lesson repeats. For real data no such line: whoever knows the seed has the noise
    torch.manual_seed(seed)
    model = network() if model is None else model
    ModuleValidator.validate(model, strict=True)
    model = GradSampleModule(model)
    model.forbid_grad_accumulation()
    optimizer = DPOptimizer(
        torch.optim.SGD(model.parameters(), lr=1.0),
        noise_multiplier=noise_multiplier,
        max_grad_norm=float(given["clip_norm"]),
        expected_batch_size=expected_batch_size,
    )
    accountant = PRVAccountant()
    optimizer.attach_step_hook(accountant.get_optimizer_hook_fn(sample_rate=sampling_rate))
    return model, optimizer, DPDataLoader(examples(n), sample_rate=sampling_rate)


def trained(n):
    """The run of lesson 16, by the engine: accuracy elsewhere, batch sizes, what was counted."""
    model, optimizer, loader, engine = private(
        n,
        batch_size=int(given["batch_size"]),
        noise_multiplier=float(given["noise_multiplier"]),
        clip_norm=float(given["clip_norm"]),
        learning_rate=float(given["learning_rate"]),
    )
    sizes = []
    for _ in range(int(given["epochs"])):
        for images, labels in loader:
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(model(images), labels).backward()
            optimizer.step()
            sizes.append(len(labels))
    guesses = model(torch.from_numpy(given["images"][n:])).argmax(dim=1).numpy()
    return (guesses == given["labels"][n:]).mean(), sizes, engine.accountant.history


def to_a_target(model, data, *, batch_size, epochs, epsilon, delta, clip_norm):
    """A whole run for a given ε: the engine finds the noise multiplier."""
    # BatchNorm2d becomes GroupNorm: before the optimizer is made
    model = ModuleValidator.fix(model)
    engine = PrivacyEngine()
    model, optimizer, loader = engine.make_private_with_epsilon(
        module=model,
        optimizer=torch.optim.SGD(model.parameters(), lr=1.0),
        data_loader=DataLoader(data, batch_size=batch_size),
        target_epsilon=epsilon,
        target_delta=delta,
        epochs=epochs,
        max_grad_norm=clip_norm,
    )
    for _ in range(epochs):
        for images, labels in loader:
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(model(images), labels).backward()
            optimizer.step()
    return optimizer.noise_multiplier, engine.get_epsilon(delta=delta)


def epsilons(history):
    """What three accountants say of the same steps."""
    said = []
    for accountant in (PRVAccountant(), RDPAccountant(), GaussianAccountant()):
        accountant.history = history
        said.append(accountant.get_epsilon(delta=float(given["delta"])))
    return said


def small_batches():
    """Sizes of 200 batches of ten examples with q = 1/10, and the largest entry of an empty one's step."""
    parts = private(10, batch_size=1, noise_multiplier=0.0)
    sizes, largest = [], 0.0
    while len(sizes) < 200:
        for batch in parts[2]:
            step = one_step(*parts[:2], [batch])
            sizes.append(len(batch[1]))
            largest = max(largest, 0.0 if sizes[-1] else np.abs(step).max())
    return sizes, largest


def held(mode):
    """Numbers that a step of 200 examples keeps of single ones, in a wide network, and its seconds."""
    model = nn.Sequential(nn.Linear(64, 1024), nn.ReLU(), nn.Linear(1024, 10)).double()
    model, optimizer, *loss, loader, _ = private(
        200, batch_size=200, noise_multiplier=0.0, model=model, grad_sample_mode=mode
    )
    images, labels = next(iter(loader))
    began = time.perf_counter()
    (loss[0] if loss else nn.CrossEntropyLoss())(model(images), labels).backward()
    optimizer.step()
    kept = "_norm_sample" if loss else "grad_sample"
    numbers = sum(getattr(one, kept).numel() for one in model.parameters())
    return numbers, time.perf_counter() - began


def worker(rank, given_, folder):
    """One of two processes: half of the examples, the same network, the same step."""
    given.update(given_)
    torch.set_num_threads(1)
    meet = Path(folder, "meet").as_uri()
    dist.init_process_group("gloo", init_method=meet, rank=rank, world_size=2)
    n = int(given["few"])
    settings = {"batch_size": n, "clip_norm": float(given["clip_norm_few"])}
    quiet = one_step(*private(n, noise_multiplier=0.0, model=DPDDP(network()), **settings))
    noisy, sizes = [], []
    for seed in range(10):
        parts = private(
            n, noise_multiplier=float(given["loud"]), model=DPDDP(network()),
            seed=2 * seed + rank, **settings,
        )  # fmt: skip
        noisy.append((one_step(*parts) - quiet).std())
    for seed in (rank, 0):
        parts = private(
            int(given["n_train"]) // 2 * 2, batch_size=int(given["batch_size"]),
            noise_multiplier=0.0, model=DPDDP(network()), seed=seed,
        )  # fmt: skip
        sizes.append([len(labels) for _, labels in parts[2]])
    np.savez(Path(folder, f"{rank}.npz"), quiet=quiet, noisy=noisy, sizes=sizes)
    dist.destroy_process_group()


def in_two_processes():
    """What each of the two has taken off its parameters, without noise and with; its batch sizes."""
    local = {"linux": "lo", "darwin": "lo0"}.get(sys.platform)
    if local:
        os.environ["GLOO_SOCKET_IFNAME"] = local  # 127.0.0.1 and nothing else
    mp.spawn(worker, (given, os.getcwd()), nprocs=2)
    both = [np.load(f"{rank}.npz") for rank in range(2)]
    return {name: np.array([one[name] for one in both]) for name in ("quiet", "noisy", "sizes")}


class Centred(nn.Module):
    """A layer of one's own: subtracts the mean of the batch."""

    def forward(self, x):
        """Look at the whole batch."""
        return x - x.mean(dim=0)


LAYERS = (
    nn.BatchNorm1d(32),
    Centred(),
    nn.LayerNorm(32),
    nn.GroupNorm(4, 32),
    nn.Dropout(0.5),
    nn.BatchNorm1d(32, affine=False),
)


def move(*between):
    """How far the clipped sum moves when the first example, much too bright, leaves."""
    n = int(given["few"])
    images, labels = (one.clone() for one in examples(n).tensors)
    images[0] *= 10_000
    with_it, without = (
        one_step(
            *with_fixed_numbers(
                n,
                model=network(*between),
                sampling_rate=1.0,
                expected_batch_size=1,
                noise_multiplier=0.0,
            )[:2],
            [(images[first:], labels[first:])],
        )
        for first in (0, 1)
    )
    return np.linalg.norm(with_it - without)


def noise_of_steps(n):
    """What the two ways of putting the parts together make of n: q, L and the noise of single steps."""
    loud, tries = float(given["loud"]), int(given["tries"])
    measured, measured_fixed = [], []
    for seed in range(tries):
        parts = private(
            n, batch_size=int(given["batch_size"]), noise_multiplier=loud, seed=seed,
            clip_norm=float(given["clip_norm"]),
        )  # fmt: skip
        measured.append(one_step(*parts).std())
        fixed = with_fixed_numbers(
            n, sampling_rate=float(given["sampling_rate"]), noise_multiplier=loud, seed=seed,
            expected_batch_size=int(given["expected_batch_size"]),
        )  # fmt: skip
        measured_fixed.append(one_step(*fixed).std())
    return (1 / len(parts[2]), parts[1].expected_batch_size), measured, measured_fixed


def secure_mode_wants():
    """The package without which secure_mode=True stops, if it does."""
    try:
        PrivacyEngine(secure_mode=True)
    except ImportError as error:
        return error.__cause__.name
    return ""


def main():
    """All of it, once."""
    torch.set_num_threads(1)
    few = int(given["few"])
    clip_norm = float(given["clip_norm_few"])
    pieces, counted = in_pieces(few, clip_norm, 20)
    numbers, noise, noise_fixed = zip(
        *map(noise_of_steps, given["neighbours"].tolist()), strict=True
    )
    accuracy, sizes, history = trained(int(given["n_train"]))
    small_sizes, empty_step = small_batches()
    kept, seconds = zip(held("hooks"), held("ghost"), strict=True)
    processes = in_two_processes()
    np.savez(
        sys.argv[2],
        step=one_step(*private(few, batch_size=few, noise_multiplier=0.0, clip_norm=clip_norm)),
        step_ghost=by_ghost_clipping(few, clip_norm),
        step_pieces=pieces,
        pieces_counted=counted,
        step_processes=processes["quiet"],
        held=kept,
        seconds_held=seconds,
        engine_numbers=numbers,
        about_noise=noise,
        about_noise_fixed=noise_fixed,
        about_noise_processes=processes["noisy"][0],
        sizes=sizes,
        small_sizes=small_sizes,
        empty_step=empty_step,
        twin_sizes=processes["sizes"],
        epsilons=epsilons(history),
        run=history[0],
        target=to_a_target(
            network(),
            examples(int(given["n_train"])),
            batch_size=int(given["batch_size"]),
            epochs=int(given["target_epochs"]),
            epsilon=float(given["target_epsilon"]),
            delta=float(given["delta"]),
            clip_norm=float(given["clip_norm"]),
        ),
        about_accuracy=accuracy,
        problems=[len(ModuleValidator.validate(network(layer))) for layer in LAYERS],
        moves=[move(), move(Centred()), move(nn.BatchNorm1d(32, affine=False))],
        secure_mode_wants=secure_mode_wants(),
    )


if __name__ == "__main__":
    main()
