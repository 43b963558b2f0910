"""Federated learning: split the data, train locally, average the updates (lesson 21)."""
