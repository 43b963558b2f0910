"""Figures of the lessons: arrays in, a ``figure.Plot`` with its words out; nothing is computed here."""
