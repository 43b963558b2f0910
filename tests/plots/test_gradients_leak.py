"""The figures of lesson 23 show what they say."""
