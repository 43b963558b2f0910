"""A network on shares, and real programs that evaluate it.

By lesson:

    36  lines, party, processes, private_network
"""
