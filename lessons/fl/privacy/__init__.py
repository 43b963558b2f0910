"""Privacy for a whole client: clipped updates, noise at the server or on a tree, what a run costs.

By lesson:

    25  user_level, adaptive_clipping, tree_noise
    38  distributed_noise
"""
