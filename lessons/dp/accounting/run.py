"""One record of a run, from which all that it costs and leaks follows: σ/C, q and T (lesson 15).

Accounting, training, auditing and the statement take this record, so that none of the three numbers
is ever repacked or mixed up with another.
"""

from dataclasses import dataclass, replace

from lessons.validation import integer, positive, require_sampling_rate


@dataclass(frozen=True, kw_only=True)
class Run:
    """T releases of a noisy clipped sum over a Poisson sample; the neighbours are add/remove.

    ``noise_multiplier``  σ/C > 0: standard deviation of the noise over the clip norm (in general: over
                          the L2 sensitivity of the sum)
    ``sampling_rate``     0 < q <= 1: every record takes part in a step by a coin of its own
    ``steps``             T >= 1, an integer
    ``ValueError`` names the argument, the rule and the value.
    """

    noise_multiplier: float
    sampling_rate: float
    steps: int

    def __post_init__(self) -> None:
        positive("noise_multiplier", self.noise_multiplier)
        require_sampling_rate(self.sampling_rate)
        integer("steps", self.steps, minimum=1)

    def once(self) -> "Run":
        """One step of it."""
        return replace(self, steps=1)
