"""Secure multi-party computation: share, compute on shares, reconstruct.

By lesson:

    31  ring, additive, exhaustion, wire
    32  field, shamir, error_correction
    33  beaver, limbs, oblivious_transfer
    34  fixed_point, truncation
    35  boolean, adder, conversion, comparison
    36  parties, lines, party, processes, private_network
    37  authenticated, tag_dealer, mac_check, commitments
    38  pairwise_masks, aggregation_messages, sealed_shares, secure_aggregation, aggregation_round
        quantisation
"""
