"""What many releases cost together.

13  privacy_loss
14  composition, parallel, loss_walk, ledger
15  rdp, pld, loss_sums, subsampling, accountant
"""
