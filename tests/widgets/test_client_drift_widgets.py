"""The widgets of lesson 22 answer."""

CONTROLS = {}
