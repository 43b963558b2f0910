"""Figures of lesson 25."""
