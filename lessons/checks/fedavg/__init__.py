"""Checks of lesson 21, federated averaging: one file an exercise."""

from lessons.checks.fedavg.client_update import client_update
from lessons.checks.fedavg.fedavg_round import fedavg_round
from lessons.checks.fedavg.questions import client_two_reads, two_clients_read, unweighted_miss
from lessons.checks.fedavg.weighted_average import weighted_average

__all__ = [
    "client_two_reads",
    "client_update",
    "fedavg_round",
    "two_clients_read",
    "unweighted_miss",
    "weighted_average",
]
