"""Federated learning: split the data, train locally, average the updates.

By lesson:

    00  three_designs
    21  partition, client, aggregation, rounds, stacked
    22  drift, server_optimizers
"""
