"""The widgets of lesson 32 answer."""

CONTROLS = {}
