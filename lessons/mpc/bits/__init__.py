"""Comparison and ReLU: bits shared by XOR, their sums, and the way back to the ring.

By lesson:

    35  boolean, adder, conversion, comparison
"""
