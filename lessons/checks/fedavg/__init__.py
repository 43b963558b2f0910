"""Checks of lesson 21, federated averaging: one file an exercise.

21.1 weighted_average, 21.2 client_update, 21.3 fedavg_round.
Questions: 21.A two_clients_read, 21.C client_two_reads, 21.E unweighted_miss.
"""

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
