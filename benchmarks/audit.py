"""How close an audit in one run comes to the truth, how often it goes too far, and what it catches.

    python -m benchmarks.audit             100 seeds of every setting: a few minutes
    python -m benchmarks.audit --seeds 10  fewer

Every number is of the reference step with 20 000 canaries, whose rows are never written out (see
``canaries``), at δ = 1e-5 and a confidence of 95 % for each bound. The second table audits
right and wrong steps as a learner would hand them in, with 1000 canaries and their rows.
"""

import os
import sys
import time
from collections.abc import Callable

from benchmarks.measure import (
    in_fresh_process,
    one_thread_environment,
    options,
    peak_megabytes,
    table,
    where,
)

os.environ.update(one_thread_environment())

import numpy as np

from lessons.dp.auditing.audit import Audit, audit_reference, audit_step
from lessons.dp.auditing.claim import Claim
from lessons.dp.training.private_gradient import private_gradient
from lessons.validation import Vector

FAILURE, MANY, FEW = 0.05, 20_000, 1000
TARGET, SECONDS = 0.9, 2.0
CLAIMS = {
    "σ 2, q 0.2, T 100": Claim(noise_multiplier=2.0, sampling_rate=0.2, steps=100, delta=1e-5),
    "σ 1, q 0.1, T 100": Claim(noise_multiplier=1.0, sampling_rate=0.1, steps=100, delta=1e-5),
    "σ 5, q 1, T 100": Claim(noise_multiplier=5.0, sampling_rate=1.0, steps=100, delta=1e-5),
    "σ 1, q 1, T 1": Claim(noise_multiplier=1.0, sampling_rate=1.0, steps=1, delta=1e-5),
    "σ 0.8, q 0.02, T 200": Claim(noise_multiplier=0.8, sampling_rate=0.02, steps=200, delta=1e-5),
}
HEADLINE = "σ 2, q 0.2, T 100"


def half_the_noise(gradients: Vector, *, noise_multiplier: float, **settings: object) -> Vector:
    """A step that halves the noise."""
    return private_gradient(gradients, noise_multiplier=noise_multiplier / 2, **settings)  # type: ignore[arg-type]


def no_clipping(gradients: Vector, *, clip_norm: float, **settings: object) -> Vector:
    """A step that forgets to clip: clipping to a length that nothing has, with the noise as it was."""
    loose = 1e6 * clip_norm
    settings["noise_multiplier"] = settings["noise_multiplier"] / 1e6  # type: ignore[operator]
    return private_gradient(gradients, clip_norm=loose, **settings)  # type: ignore[arg-type]


STEPS: dict[str, Callable[..., Vector]] = {
    "as claimed": private_gradient,
    "half the noise": half_the_noise,
    "no clipping": no_clipping,
}


def seeded(name: str, seed: int) -> tuple[Audit, float]:
    """One audit of the reference step, and its processor seconds, the accountant's included."""
    start = time.process_time()
    found = audit_reference(
        claim=CLAIMS[name], n_canaries=MANY, failure=FAILURE, rng=np.random.default_rng(seed)
    )
    return found, time.process_time() - start


def accuracy(seeds: int) -> tuple[list[list[str]], bool]:
    """A row for every claim: the three bounds over the claimed ε, how often above it, time, memory."""
    rows, reached = [], True
    for name in CLAIMS:
        runs = [seeded(name, seed) for seed in range(seeds)]
        claimed = runs[0][0].claimed
        shares = {
            bound: np.array([getattr(audit, bound) for audit, _ in runs]) / claimed
            for bound in ("family", "independent", "one_run")
        }
        seconds = float(np.median([each for _, each in runs]))
        family = shares["family"]
        above = [int((share > 1).sum()) for share in shares.values()]
        if name == HEADLINE:
            reached &= bool(np.median(family) >= TARGET and seconds <= SECONDS)
        reached &= max(above) <= allowed(seeds)
        rows.append([
            name, f"{claimed:.2f}", f"**{np.median(family):.2f}**",
            f"{family.min():.2f} … {family.max():.2f}",
            f"{np.median(shares['independent']):.2f}", f"{np.median(shares['one_run']):.2f}",
            " / ".join(map(str, above)), f"{seconds:.2f}",
            in_fresh_process("benchmarks.audit", "--memory", name),
        ])  # fmt: skip
    return rows, reached


def allowed(seeds: int) -> int:
    """How many of ``seeds`` audits may be too high: the 99.9 % quantile of Bin(seeds, 5 %)."""
    counts = np.random.default_rng(0).binomial(seeds, FAILURE, size=1_000_000)
    return int(np.quantile(counts, 0.999))


def catches(seeds: int) -> list[list[str]]:
    """A row for every step: in how many of ``seeds`` audits each bound refutes the headline's claim."""
    rows = []
    for name, step in STEPS.items():
        found = [
            audit_step(
                step, claim=CLAIMS[HEADLINE], n_canaries=FEW, failure=FAILURE,
                rng=np.random.default_rng(seed),
            )
            for seed in range(seeds)
        ]  # fmt: skip
        refuted = [
            sum(getattr(each, bound) > each.claimed for each in found)
            for bound in ("family", "independent", "one_run")
        ]
        median = float(np.median([each.family for each in found]))
        rows.append([name, f"{median:.1f}", *(f"{count} of {seeds}" for count in refuted)])
    return rows


def main(arguments: list[str]) -> int:
    """Print both tables; 1 if a target is missed."""
    parser = options("benchmarks.audit", __doc__)
    parser.add_argument("--seeds", type=int, default=100, help="audits of every setting")
    parser.add_argument("--memory", choices=CLAIMS, help="print the peak memory of this claim only")
    given = parser.parse_args(arguments)
    seeds = given.seeds
    if seeds < 1:
        parser.error(f"--seeds must be at least 1, got {seeds}")
    if given.memory:
        seeded(HEADLINE if given.memory != HEADLINE else "σ 1, q 1, T 1", 0)  # warm up
        print(f"{peak_megabytes(lambda: seeded(given.memory, 0)):.0f}")
        return 0
    rows, reached = accuracy(seeds)
    print(f"{seeds} seeds, {MANY} canaries, bounds as a share of the claimed ε\n")
    print(table([
        "claim", "ε", "family, median", "least … most", "independent", "one run",
        f"above ε (may be {allowed(seeds)})", "seconds", "MB",
    ], rows))  # fmt: skip
    print(f"\nClaim {HEADLINE}, {FEW} canaries: how often the claim is refuted\n")
    print(
        table(["step", "family bound, median", "family", "independent", "one run"], catches(seeds))
    )
    print(f"\n{where('numpy', 'scipy')}")
    print(
        f"At least {TARGET} of ε in {SECONDS:g} s for {HEADLINE}, never too often above it: {reached}"
    )
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
