"""Secure multi-party computation: share, compute on shares, reconstruct.

By lesson:

    31  ring, additive, exhaustion, wire
    32  field, shamir, error_correction
    33  beaver, limbs, oblivious_transfer
    34  fixed_point, truncation
    36  parties

and, each with its own map: ``bits`` (35), ``servers`` (36), ``cheating`` (37), ``aggregation`` (38).
"""
