"""Federated learning: split the data, train locally, average the updates.

By lesson:

    00  three_designs
    21  partition, client, aggregation, rounds, stacked, race
    22  drift, server_optimizers
    23  leakage, inversion
    24  robust, adversaries

and, with a map of its own: ``privacy`` (25).
"""
