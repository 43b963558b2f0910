"""The figures of lesson 24 show what they say."""
