"""The attacks that call for a defence: on averages, on names, on gatekeepers, on noisy counts, on rounds.

By lesson:

    00  differencing
    01  linkage, query_control, reconstruction
    25  participation
"""
