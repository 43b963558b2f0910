"""Widgets of lesson 25."""
