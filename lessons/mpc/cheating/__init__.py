"""Shares with tags: parties that deviate are caught.

By lesson:

    37  authenticated, tag_dealer, mac_check, commitments
"""
