"""Checks of lesson 13, the Gaussian mechanism and (ε, δ): one file an exercise.

13.1 gaussian_delta, 13.2 analytic_sigma, 13.3 private_vector_sum, 13.4 repaired_sigma.
Questions: 13.A least_noise, 13.C fewest_statistics.
"""

from lessons.checks.gaussian_mechanism.analytic_sigma import analytic_sigma
from lessons.checks.gaussian_mechanism.gaussian_delta import gaussian_delta
from lessons.checks.gaussian_mechanism.private_vector_sum import private_vector_sum
from lessons.checks.gaussian_mechanism.questions import fewest_statistics, least_noise
from lessons.checks.gaussian_mechanism.repaired_sigma import repaired_sigma

__all__ = [
    "analytic_sigma",
    "fewest_statistics",
    "gaussian_delta",
    "least_noise",
    "private_vector_sum",
    "repaired_sigma",
]
