"""The widgets of lesson 23 answer."""

CONTROLS = {}
