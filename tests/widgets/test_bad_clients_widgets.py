"""The widgets of lesson 24 answer."""

CONTROLS = {}
