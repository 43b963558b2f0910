"""What many releases cost together.

By lesson:

    13  privacy_loss
    14  composition, parallel, loss_walk, budget
    15  run, rdp, pld, loss_sums, subsampling, accountant
"""
