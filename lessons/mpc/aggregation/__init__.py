"""Secure aggregation: the sum of many clients' updates, and nothing else.

By lesson:

    38  pairwise_masks, aggregation_messages, sealed_shares, secure_aggregation
        aggregation_round, quantisation
"""
