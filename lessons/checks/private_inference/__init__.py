"""Checks of lesson 36, private inference: one file an exercise.

36.1 linear, 36.2 network, 36.3 linear_bytes, 36.4 stolen_layer.
Questions: 36.A neuron_score, 36.C equal_times.
"""

from lessons.checks.private_inference.linear import linear
from lessons.checks.private_inference.linear_bytes import linear_bytes
from lessons.checks.private_inference.network import network
from lessons.checks.private_inference.questions import equal_times, neuron_score
from lessons.checks.private_inference.stolen_layer import stolen_layer

__all__ = ["equal_times", "linear", "linear_bytes", "network", "neuron_score", "stolen_layer"]
