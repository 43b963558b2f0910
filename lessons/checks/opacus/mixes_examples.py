"""Check of Exercise 52.1: whether a model lets one example of a batch change what another gets."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.validation import Vector


def reference(model: nn.Module, images: Vector) -> bool:
    """Change every example in turn; the outputs of all others must stay, the random draws being equal."""
    usual = _outputs(model, images)
    return any(_others_moved(model, images, usual, i) for i in range(len(images)))


def _outputs(model: nn.Module, images: Vector, *, seed: int | None = 0) -> Vector:
    with torch.random.fork_rng(enabled=seed is not None), torch.no_grad():
        if seed is not None:
            torch.default_generator.manual_seed(seed)  # dropout drops the same
        return np.asarray(model(torch.from_numpy(images)).numpy())


def _others_moved(
    model: nn.Module, images: Vector, usual: Vector, i: int, *, seed: int | None = 0
) -> bool:
    other = images.copy()
    other[i] += 1
    return _differ(np.delete(_outputs(model, other, seed=seed), i, 0), np.delete(usual, i, 0))


def _differ(one: Vector, other: Vector) -> bool:
    return not np.allclose(one, other, rtol=1e-9, atol=1e-9)


class Centred(nn.Module):
    """The mean of the batch is taken off."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Look at every row."""
        return x - x.mean(dim=0)


class CentredWithoutGradient(nn.Module):
    """The same, the mean being a constant to autograd."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Look at every row."""
        return x - x.detach().mean(dim=0)


class CentredInTraining(nn.Module):
    """The same, but in training only."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Look at every row, unless in evaluation mode."""
        return x - x.mean(dim=0) if self.training else x


class LastTakenOff(nn.Module):
    """The last example of the batch serves all as a base line."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Look at the last row."""
        return x - x[-1:]


class NeighbourAdded(nn.Module):
    """A little of the example before, as in some augmentations."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Look at the row before."""
        return x + 0.1 * torch.roll(x, 1, dims=0)


class EarlierAdded(nn.Module):
    """Very little of the example two places before, where there is one."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Look at a row further up, never at one further down."""
        return torch.cat([x[:2], x[2:] + 0.001 * x[:-2]])


class Model(nn.Sequential):
    """Layers whose running averages are no part of the state: to call the model changes nothing."""

    kind = ""

    def state_dict(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]
        """Give the parameters only."""
        return dict(self.named_parameters())


Layers = Callable[[int], tuple[nn.Module, ...]]

CLEAN: dict[str, Layers] = {
    "ReLU": lambda width: (nn.ReLU(),),
    "LayerNorm": lambda width: (nn.LayerNorm(width),),
    "GroupNorm": lambda width: (nn.GroupNorm(2, width),),
    "InstanceNorm1d": lambda width: (
        nn.Unflatten(1, (2, width // 2)),
        nn.InstanceNorm1d(2),
        nn.Flatten(),
    ),
    "Dropout": lambda width: (nn.Dropout(0.4),),
    "Softmax(dim=1)": lambda width: (nn.Softmax(dim=1),),
}
MIXING: dict[str, Layers] = {
    "BatchNorm1d": lambda width: (nn.BatchNorm1d(width),),
    "a layer that subtracts the mean of the batch": lambda width: (Centred(),),
    "Dropout, then BatchNorm1d": lambda width: (nn.Dropout(0.3), nn.BatchNorm1d(width)),
    "Softmax(dim=0)": lambda width: (nn.Softmax(dim=0),),
    "a layer that subtracts the mean of the batch, taken with detach()": lambda width: (
        CentredWithoutGradient(),
    ),
    "a layer that subtracts the mean of the batch in training": lambda width: (
        CentredInTraining(),
    ),
    "a layer that subtracts the last example": lambda width: (LastTakenOff(),),
    "a layer that adds a tenth of the example before": lambda width: (NeighbourAdded(),),
    "a layer that adds a thousandth of the example two before": lambda width: (EarlierAdded(),),
}


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw models with layers of every kind, for two examples and for more."""
    asked: list[Case] = [_case(rng, "ReLU", n=1), _case(rng, "Dropout", n=1)]
    for n in (2, cases.one_of(rng, range(3, 5)), cases.one_of(rng, range(5, 9))):
        for kind in (*CLEAN, *MIXING):
            asked.append(_case(rng, kind, n=n))
    images = rng.normal(size=(5, 6))
    asked += [_case(rng, kind, n=5, images=images) for kind in ("ReLU", "BatchNorm1d", "Dropout")]
    return asked


def _case(rng: np.random.Generator, kind: str, *, n: int, images: Vector | None = None) -> Case:
    pixels = 6 if images is not None else cases.one_of(rng, range(3, 9))
    width = 2 * cases.one_of(rng, range(4, 8))
    between = {**CLEAN, **MIXING}[kind](width)
    model = Model(nn.Linear(pixels, width), *between, nn.Linear(width, 3)).double()
    model.kind = kind
    with torch.no_grad():
        for layer in (model[0], model[-1]):
            for one in layer.parameters():
                one.copy_(torch.from_numpy(rng.normal(size=tuple(one.shape))))
    return {"model": model, "images": rng.normal(size=(n, pixels)) if images is None else images}


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare True and False for every model."""
    return by_numbers(
        attempt,
        ask(rng),
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda one, case: one.flag(**case),
        fits=lambda case, got, right: bool(got == right),
        words=lambda case, got, right: f", for a model with {case['model'].kind}.",
    )


def _seeing(
    *,
    seed: int | None = 0,
    training: bool = True,
    changed: Callable[[int], Any] = range,
    own: bool = False,
) -> Callable[..., bool]:
    """Make a wrong function that changes examples, in another way than the reference."""

    def wrong(model: nn.Module, images: Vector) -> bool:
        model.train(training)
        usual = _outputs(model, images, seed=seed)
        if own:
            return any(
                _differ(
                    _outputs(model, images + 1.0 * (np.arange(len(images)) == i)[:, None]), usual
                )
                for i in range(len(images))
            )
        return any(_others_moved(model, images, usual, i, seed=seed) for i in changed(len(images)))

    return wrong


def _by_name(model: nn.Module, images: Vector) -> bool:
    return any(isinstance(one, nn.modules.batchnorm._BatchNorm) for one in model.modules())


def _by_words(model: nn.Module, images: Vector) -> bool:
    return "Norm" in str(model)


def _by_derivative(model: nn.Module, images: Vector) -> bool:
    x = torch.tensor(images, requires_grad=True)
    y = model(x)
    for j in range(len(images)):
        weights = torch.linspace(1.0, 2.0, y.shape[1], dtype=y.dtype)
        (slope,) = torch.autograd.grad((y[j] * weights).sum(), x, retain_graph=True)
        if np.delete(slope.numpy(), j, 0).any():
            return True
    return False


def _without_one(seed: int | None) -> Callable[..., bool]:
    def wrong(model: nn.Module, images: Vector) -> bool:
        usual = _outputs(model, images, seed=seed)
        return any(
            _differ(_outputs(model, np.delete(images, i, 0), seed=seed), np.delete(usual, i, 0))
            for i in range(len(images))
        )

    return wrong


MISTAKES = {
    "by_name": Mistake(
        "You look for layers by their name. The name of a layer that somebody wrote last week is on no list.",
        "This is what a validator does. What a layer does to a batch, only the batch can show.",
        made_by=(_by_name, _by_words),
    ),
    "evaluation_mode": Mistake(
        "You look at the model in evaluation mode; it is trained in training mode.",
        "BatchNorm uses its running averages in evaluation mode and mixes nothing. In training it does.",
        made_by=(_seeing(training=False),),
    ),
    "other_draws": Mistake(
        "You say that a model with dropout mixes examples. What else has changed between your two calls?",
        "Dropout draws anew at each call. Seed torch before each of them; with an example less in the "
        "batch, the same draws fall on other examples.",
        made_by=(_seeing(seed=None), _without_one(None)),
    ),
    "one_changed": Mistake(
        "Some pairs of examples escape you: change each one in turn, and look at all others.",
        "A layer that subtracts the last example shows nothing as long as the last one stays, or only in "
        "the rows before it.",
        made_by=(
            _seeing(changed=lambda n: range(1)),
            _seeing(changed=lambda n: range(n)[: max(1, n - 1)]),
        ),
    ),
    "its_own_row": Mistake(
        "You compare the whole output. That of the example that you changed may change, of course.",
        "Leave its row out of both outputs.",
        made_by=(_seeing(own=True), lambda model, images: True),
    ),
    "derivatives_only": Mistake(
        "You follow autograd. A mean that was taken with detach() mixes too, and has no derivative.",
        "Derivatives say what the backward pass sees. The gradient of example j also depends on the "
        "values that the forward pass put there.",
        made_by=(_by_derivative,),
    ),
    "never": Mistake(
        "You never find anything.",
        "Among the models are some with BatchNorm.",
        made_by=(lambda model, images: False,),
    ),
}

mixes_examples = Exercise(
    number="52.1",
    name="mixes_examples",
    reference=reference,
    examine=examine,
    takeaway="Test a model by what it does: change one example, and no other output may move.",
    hints=(
        "Two calls: one with the images as they are, one with images[i] changed (in a copy). Which rows of "
        "the outputs may differ?",
        "Only row i. np.delete(outputs, i, axis=0) takes it out. Try every i.",
        "torch.manual_seed(0) before each call makes dropout drop the same. Inside with "
        "torch.random.fork_rng(): the generator is afterwards as it was.",
    ),
    mistakes=MISTAKES,
)
