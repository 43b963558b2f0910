"""The widgets of lesson 35 answer."""

CONTROLS = {}
