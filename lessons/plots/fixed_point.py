"""Figures of lesson 34."""
