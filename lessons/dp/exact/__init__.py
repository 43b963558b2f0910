"""Where the mathematics meets the machine: floats, seeds, samplers, and noise that is exact.

By lesson:

    18  all_outcomes, discrete, exact_coins, floating_point, sampling_traps, seeds
"""
