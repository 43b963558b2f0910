"""The figures of lesson 36 show what they say."""
