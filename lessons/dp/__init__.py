"""Differential privacy: definitions, mechanisms and what they promise (lessons 11 and 12)."""
