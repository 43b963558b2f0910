"""Secure multi-party computation: share, compute on shares, reconstruct.

By lesson:

    31  ring, additive, exhaustion, wire
    33  beaver, limbs, oblivious_transfer
    34  fixed_point, truncation
"""
