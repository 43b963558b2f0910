"""Where the mathematics meets the machine: floats, seeds, divisors, and noise that is exact.

By lesson:

    18  actual_batch, all_outcomes, discrete, exact_coins, floating_point, seeds
"""
