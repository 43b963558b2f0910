"""The figures of lesson 35 show what they say."""
