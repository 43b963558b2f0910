"""Check of Exercise 22.4: a server's Adam, on an update that points downhill already."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl import server_optimizers
from lessons.validation import Vector

KIND = kinds.pair_of(kinds.array, kinds.pair_of(kinds.array, kinds.array))


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare one step from many states, the very first among them."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        words=_which_part,
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw one parameter to hundreds, updates from tiny to large, the first round's state and later ones."""
    sizes = [1, 2, 3, 2, 5, 1, 4, 650, cases.one_of(rng, (17, 40))]
    asked = [_case(rng, n, first=k in (1, 5)) for k, n in enumerate(sizes)]
    few = _case(rng, 3, first=False)
    root_v = np.sqrt(few["state"][1])  # a burst: far more than what the memory is used to
    burst = {**few, "u": -20 * root_v, "beta_1": 0.5, "beta_2": 0.99, "server_rate": 3.1}
    asked.append({**burst, "tau": 0.1 * float(root_v.min())})
    return asked + cases.one_at_a_time(
        few,
        u=few["u"][::-1] + 0.01,
        state=tuple(one[::-1] * 1.1 for one in few["state"]),
        server_rate=few["server_rate"] * cases.between(rng, 0.3, 0.9),
        beta_1=0.0,  # no memory is one, too
        beta_2=0.0,
        tau=few["tau"] * cases.between(rng, 0.3, 0.9),
    )


def _case(rng: np.random.Generator, n: int, *, first: bool) -> Case:
    tau, scale = cases.spread(rng, 1e-3, 0.3), cases.spread(rng, 0.01, 3)
    later = (rng.normal(size=n) * scale, rng.uniform(0.1, 1, n) * scale**2)
    u = rng.normal(size=n) * scale
    u[n // 2] *= n not in (3, 650)  # a parameter that no client moved still moves on
    return {
        "u": u,
        "state": (np.zeros(n), np.full(n, tau**2)) if first else later,
        "server_rate": cases.spread(rng, 0.003, 7),
        "beta_1": cases.between(rng, 0.55, 0.95),
        "beta_2": cases.between(rng, 0.1, 0.45) if n == 2 else cases.between(rng, 0.96, 0.999),
        "tau": tau,
    }


def _ask(attempt: Attempt, case: Case) -> Any:
    step, (m, v) = attempt.value(KIND, **case)
    for name, one in (("step", step), ("m", m), ("v", v)):
        if one.shape != case["u"].shape:
            raise Ended(
                Found("wrong_shape", f"Wanted {name} of shape {case['u'].shape}, got {one.shape}.")
            )
    return tuple(one.astype(float) for one in (step, m, v))


def _by_definition(
    u: Vector, state: Any, server_rate: float, beta_1: float, beta_2: float, tau: float
) -> Any:
    """Entry after entry."""
    if not max(beta_1, beta_2) < 1:
        raise ValueError("a memory must be below 1")
    rows = []
    for one, m, v in zip(u, *state, strict=True):
        m, v = m + (1 - beta_1) * (one - m), v + (1 - beta_2) * (one * one - v)
        rows.append((server_rate * m / (v**0.5 + tau), m, v))
    return tuple(np.array(part) for part in zip(*rows, strict=True))


def _which_part(case: Case, got: Any, right: Any) -> str:
    names = [
        name
        for name, one, other in zip(("step", "m", "v"), got, right, strict=True)
        if not np.allclose(one, other, rtol=1e-6, atol=0)
    ]
    return f" for step, m and v. Not right: {' and '.join(names) or 'the last digits'}."


def _made(wrong: Callable[..., Any]) -> Callable[..., Any]:
    """Make a wrong function of u, m, v, η_s, β₁, β₂, τ that gives step, m and v."""

    def answer(
        u: Vector, state: Any, *, server_rate: float, beta_1: float, beta_2: float, tau: float
    ) -> Any:
        step, m, v = wrong(u, *state, server_rate, beta_1, beta_2, tau)
        return step, (m, v)

    return answer


def _new(u: Vector, m: Vector, v: Vector, b1: float, b2: float) -> Any:
    return b1 * m + (1 - b1) * u, b2 * v + (1 - b2) * u**2


def _unbiased(u: Vector, m: Vector, v: Vector, b1: float, b2: float) -> Any:
    new_m, new_v = _new(u, m, v, b1, b2)
    return new_m / (1 - b1), new_v / (1 - b2)


def _stepped(step: Callable[..., Any]) -> Callable[..., Any]:
    """Make a wrong step of the new m and v, the old ones, η_s and τ; the state is right."""

    def wrong(u: Vector, m: Vector, v: Vector, r: float, b1: float, b2: float, tau: float) -> Any:
        new_m, new_v = _new(u, m, v, b1, b2)
        return step(new_m, new_v, m, v, r, tau), new_m, new_v

    return _made(wrong)


def _remembered(memory: Callable[..., Any]) -> Callable[..., Any]:
    """Make a wrong memory of u, m, v, β₁, β₂; the step follows from it as it should."""

    def wrong(u: Vector, m: Vector, v: Vector, r: float, b1: float, b2: float, tau: float) -> Any:
        new_m, new_v = memory(u, m, v, b1, b2)
        return r * new_m / (np.sqrt(new_v) + tau), new_m, new_v

    return _made(wrong)


MISTAKES = {
    "uphill": Mistake(
        "Your server walks uphill: an update points downhill already.",
        "Adam subtracts because it is given gradients. u takes the place of MINUS a gradient.",
        made_by=(_stepped(lambda m, v, m0, v0, r, t: -r * m / (np.sqrt(v) + t)),),
    ),
    "no_root": Mistake(
        "You divide by a mean of squares. Its root has the unit of an update.",
        "m / v instead of m / √v: entries with small updates would fly away.",
        made_by=(_stepped(lambda m, v, m0, v0, r, t: r * m / (v + t)),),
    ),
    "tau_under_the_root": Mistake(
        "Your τ is under the root; here it is added to the root.",
        "Where v is small, √(v + τ) is about √τ, far more than τ. And √(v + τ²) is less than √v + τ.",
        made_by=(
            _stepped(lambda m, v, m0, v0, r, t: r * m / np.sqrt(v + t)),
            _stepped(lambda m, v, m0, v0, r, t: r * m / np.sqrt(v + t**2)),
        ),
    ),
    "no_tau": Mistake(
        "Your step does not depend on τ.",
        "Without τ, a parameter that hardly moves still steps as far as all others.",
        made_by=(_stepped(lambda m, v, m0, v0, r, t: r * m / np.sqrt(v)),),
    ),
    "old_memory": Mistake(
        "Your step uses the memory of the round before: first remember this round's u, then step.",
        "m or v from before the update. An old m is 0 in the first round, so nothing would move.",
        made_by=(
            _stepped(lambda m, v, m0, v0, r, t: r * m0 / (np.sqrt(v0) + t)),
            _stepped(lambda m, v, m0, v0, r, t: r * m / (np.sqrt(v0) + t)),
            _stepped(lambda m, v, m0, v0, r, t: r * m0 / (np.sqrt(v) + t)),
        ),
    ),
    "update_instead_of_mean": Mistake(
        "Your step uses this round's u; it should use the running mean m.",
        "Without m there is no momentum.",
        made_by=(
            _made(
                lambda u, m, v, r, b1, b2, t: (
                    r * u / (np.sqrt(_new(u, m, v, b1, b2)[1]) + t),
                    *_new(u, m, v, b1, b2),
                )
            ),
        ),
    ),
    "bias_corrected": Mistake(
        "Your step divides by 1 − β, as Adam does elsewhere. FedAdam has no bias correction.",
        "m/(1 − β₁) and v/(1 − β₂): the correction of Adam's first step, and of no other.",
        made_by=(
            _made(
                lambda u, m, v, r, b1, b2, t: (
                    r * _unbiased(u, m, v, b1, b2)[0] / (_unbiased(u, m, v, b1, b2)[1] ** 0.5 + t),
                    *_new(u, m, v, b1, b2),
                )
            ),
            _made(
                lambda u, m, v, r, b1, b2, t: (
                    r * _unbiased(u, m, v, b1, b2)[0] / (_new(u, m, v, b1, b2)[1] ** 0.5 + t),
                    *_new(u, m, v, b1, b2),
                )
            ),
        ),
    ),
    "new_and_old_swapped": Mistake(
        "Your memory gives β to the new and 1 − β to the old; β belongs to the old.",
        "(1 − β) m + β u.",
        made_by=(_remembered(lambda u, m, v, b1, b2: _new(u, m, v, 1 - b1, 1 - b2)),),
    ),
    "betas_swapped": Mistake(
        "β₁ and β₂ have changed places.",
        "β₁ is for the mean m, β₂ for the mean of squares v.",
        made_by=(_remembered(lambda u, m, v, b1, b2: _new(u, m, v, b2, b1)),),
    ),
    "not_a_mean": Mistake(
        "If u were the same in every round, m should become u (and v its square); yours grow beyond that.",
        "β m + u: the factor 1 − β is missing.",
        made_by=(
            _remembered(lambda u, m, v, b1, b2: (b1 * m + u, b2 * v + u**2)),
            _remembered(lambda u, m, v, b1, b2: (b1 * m + u, _new(u, m, v, b1, b2)[1])),
        ),
    ),
    "square_of_the_mean": Mistake(
        "v should be a mean of squares of u; you square something else.",
        "The square of m; or the squared length of u, which gives all parameters the same divisor.",
        made_by=(
            _remembered(
                lambda u, m, v, b1, b2: (
                    _new(u, m, v, b1, b2)[0],
                    b2 * v + (1 - b2) * _new(u, m, v, b1, b2)[0] ** 2,
                )
            ),
            _remembered(
                lambda u, m, v, b1, b2: (_new(u, m, v, b1, b2)[0], b2 * v + (1 - b2) * (u @ u))
            ),
        ),
    ),
}

adam_step = Exercise(
    number="22.4",
    name="adam_step",
    reference=server_optimizers.adam_step,
    examine=examine,
    takeaway="The average update takes the place of minus a gradient; then every optimiser fits.",
    hints=(
        "A running mean with memory β of numbers x: new = β · old + (1 − β) · x.",
        "Compute the new m and v first; the step uses the new ones.",
        "Which way does u point? Would gradient descent add it or subtract it?",
    ),
    mistakes=MISTAKES,
)
