"""Checks of lesson 25, DP-FedAvg: one file an exercise.

25.1 private_average, 25.2 next_clip_norm, 25.3 prefix_nodes.
Questions: 25.A how_many_images, 25.B how_large_a_crowd, 25.D most_noise.
"""

from lessons.checks.dp_fedavg.next_clip_norm import next_clip_norm
from lessons.checks.dp_fedavg.prefix_nodes import prefix_nodes
from lessons.checks.dp_fedavg.private_average import private_average
from lessons.checks.dp_fedavg.questions import how_large_a_crowd, how_many_images, most_noise

__all__ = [
    "how_large_a_crowd",
    "how_many_images",
    "most_noise",
    "next_clip_norm",
    "prefix_nodes",
    "private_average",
]
