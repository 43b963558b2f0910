"""The accountant of lesson 15 beside dp-accounting's privacy loss distribution, on 25 settings.

    python -m benchmarks.accountant

Both answer the same question, ε at δ, in turns, on one thread, dp-accounting with its default grid. The
true ε comes from neither: closed forms for one step and for q = 1, an inverse Laplace transform for many
steps; ``python -m benchmarks.accountant --truth`` computes it again (``tests/unit/loss_inversion.py``).
"""

import os
from statistics import median

from benchmarks.measure import (
    in_fresh_process,
    one_thread_environment,
    options,
    peak_megabytes,
    table,
    times_in_turns,
    where,
)

os.environ.update(one_thread_environment())

from dp_accounting.pld import privacy_loss_distribution

from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from tests.unit.loss_inversion import true_epsilon

REPETITIONS = 5
SETTINGS = (  # σ/C, q, T, δ, true ε
    (0.8, 0.01, 1, 1e-5, 0.48332613578438),
    (1.0, 1e-4, 1, 1e-9, 0.00783056650589),
    (2.0, 0.5, 1, 1e-6, 1.59256083620328),
    (4.0, 1.0, 1, 1e-5, 0.92634150399823),
    (3.7306, 1.0, 1, 1e-5, 1.00000931201785),
    (20.0, 1.0, 100, 1e-6, 2.25408465021973),
    (50.0, 1.0, 1_000, 1e-9, 3.74546681924263),
    (100.0, 1.0, 10_000, 1e-5, 4.37717809568108),
    (400.0, 1.0, 100_000, 1e-9, 4.77095530327557),
    (1.0, 0.01, 1_000, 1e-5, 1.82823666651941),
    (1.1, 256 / 60_000, 14_063, 1e-5, 2.38168972611796),
    (4.0, 0.01, 10_000, 1e-5, 0.94686680077393),
    (2.0, 0.1, 300, 1e-4, 3.59653801311810),
    (4.0, 0.1, 300, 1e-4, 1.49654574919422),
    (5.0, 0.1, 1_000, 1e-6, 2.98891198175838),
    (10.0, 0.1, 10_000, 1e-9, 6.20529251335295),
    (20.0, 0.1, 100_000, 1e-6, 8.31430890078969),
    (8.0, 0.5, 100, 1e-6, 2.92949483953753),
    (30.0, 0.5, 1_000, 1e-5, 2.11647893117723),
    (60.0, 0.5, 100_000, 1e-5, 14.12070291801374),
    (0.8, 1e-3, 10_000, 1e-5, 0.78238778113186),
    (1.0, 1e-3, 100_000, 1e-6, 1.86104745915893),
    (4.0, 0.01, 100_000, 1e-9, 4.86377616426711),
    (1.0, 1e-4, 100_000, 1e-5, 0.13187229555217),
    (0.6, 1e-4, 100_000, 1e-6, 0.96327755506367),
)
Setting = tuple[float, float, int, float, float]


def ours(setting: Setting) -> float:
    """ε by the accountant of the course."""
    sigma, rate, steps, delta, _ = setting
    return run_epsilon(Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps), delta=delta)


def theirs(setting: Setting) -> float:
    """ε by dp-accounting."""
    sigma, rate, steps, delta, _ = setting
    step = privacy_loss_distribution.from_gaussian_mechanism(sigma, sampling_prob=rate)
    return float(step.self_compose(steps).get_epsilon_for_delta(delta))


PARTS = {"course": ours, "dp-accounting": theirs}


def compare(setting: Setting) -> tuple[dict[str, float], dict[str, float]]:
    """(seconds, error) of both on one setting."""
    tasks = {name: lambda part=part: part(setting) for name, part in PARTS.items()}
    seconds = times_in_turns(tasks, repetitions=REPETITIONS, warm_up=1)
    return seconds, {name: task() - setting[-1] for name, task in tasks.items()}


def memory_of(name: str) -> float:
    """Peak memory of all settings beyond what the imports take, in MB; called in a fresh process."""
    PARTS[name](SETTINGS[0])
    return peak_megabytes(lambda: [PARTS[name](setting) for setting in SETTINGS[1:]])


def row(setting: Setting, seconds: dict[str, float], errors: dict[str, float]) -> tuple[str, ...]:
    """One setting as a line of the table."""
    sigma, rate, steps, delta, true = setting
    return (
        f"σ/C = {sigma:g}, q = {rate:.3g}, T = {steps}, δ = {delta:g}",
        f"{true:.5f}",
        *(f"{errors[name]:+.1e}" for name in PARTS),
        *(f"{1000 * seconds[name]:.0f}" for name in PARTS),
        f"{seconds['course'] / seconds['dp-accounting']:.2f}",
    )


def main() -> None:
    """Print the table and a summary."""
    parser = options("benchmarks.accountant", __doc__)
    parser.add_argument("--truth", action="store_true", help="compute the true values again")
    parser.add_argument("--memory", choices=PARTS, help="print the peak memory of this part only")
    given = parser.parse_args()
    if given.truth:
        for *run, delta, _ in SETTINGS:
            print(*run, delta, f"{true_epsilon(*run, delta):.14f}")
        return
    if given.memory:
        print(f"{memory_of(given.memory):.0f}")
        return
    results = [(setting, *compare(setting)) for setting in SETTINGS]
    header = ("setting", "true ε", *(f"error, {name}" for name in PARTS))
    header += (*(f"ms, {name}" for name in PARTS), "ratio")
    print(table(header, [row(*result) for result in results]), end="\n\n")
    total = {name: sum(seconds[name] for _, seconds, _ in results) for name in PARTS}
    ratios = [seconds["course"] / seconds["dp-accounting"] for _, seconds, _ in results]
    summary = [
        (
            name,
            f"{total[name]:.2f}",
            f"{min(errors[name] for *_, errors in results):+.1e}",
            f"{max(errors[name] for *_, errors in results):+.1e}",
            in_fresh_process("benchmarks.accountant", "--memory", name),
        )
        for name in PARTS
    ]
    print(table(("all 25", "s", "least error", "largest error", "peak memory, MB"), summary))
    print(f"\nratio of the sums {total['course'] / total['dp-accounting']:.2f}, ", end="")
    print(
        f"median of the ratios {median(ratios):.2f}\n\n{where('numpy', 'scipy', 'dp-accounting')}"
    )


if __name__ == "__main__":
    main()
