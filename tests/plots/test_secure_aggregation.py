"""The figures of lesson 38 show what they say."""
