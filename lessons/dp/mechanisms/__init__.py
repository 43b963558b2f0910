"""How one release is made private: how far a person moves it, and which noise hides that.

By lesson:

    12  sensitivity, laplace, exponential
    13  gaussian, clipping
"""
