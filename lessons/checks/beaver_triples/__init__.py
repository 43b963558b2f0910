"""Checks of lesson 33."""
