"""The attacks that call for a defence: on averages, on names, on gatekeepers, on noisy counts.

By lesson:

    00  differencing
    01  linkage, query_control, reconstruction
"""
