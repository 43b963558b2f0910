"""Differential privacy, from the attacks that call for it to the audit of a trained network.

A module teaches one idea, and is named after it; its first line says which. By lesson:

    00  differencing
    01  linkage, query_control, reconstruction
    11  definitions, randomized_response
    12  mechanisms, selection, sensitivity, statement
    13  gaussian, privacy_loss, vectors
    14  composition, ledger, loss_walk, parts
    15  accounting, loss_sums, pld, rdp, subsampling
    16  the step: private_gradient, adam, dp_sgd, clipping, microbatches
        gradients of each example: per_example, clipped_sum, layer_gradients
    17  the attack: membership, shadow_networks
        the audit: auditing, audit_pair, audit_plan, canaries, claim, expected_audit
        what counts prove: confidence, empirical_epsilon, trade_off
    18  all_outcomes, discrete, exact_coins, floating_point, sampling_traps, seeds
"""
