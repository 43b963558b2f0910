"""Checks of lesson 25, DP-FedAvg: one file an exercise."""

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
