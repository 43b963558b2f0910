"""How a network is trained privately.

By lesson:

    16  the step: private_gradient, adam, dp_sgd, direction, microbatches
        gradients of each example: per_example, clipped_sum, layer_gradients
"""
