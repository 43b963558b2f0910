"""Figures without sliders: arrays in, a ``figure.Plot`` with its words out; nothing is computed here."""
