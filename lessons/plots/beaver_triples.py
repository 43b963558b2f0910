"""Figures of lesson 33."""
