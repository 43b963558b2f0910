"""Secure multi-party computation: share, compute on shares, reconstruct (lesson 31)."""
