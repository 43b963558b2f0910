"""The attacks that call for a defence: on averages, on names, on gatekeepers, on noisy counts.

00  differencing
01  linkage, query_control, reconstruction
"""
