"""Widgets of lesson 34."""
