"""Figures of lesson 38."""
