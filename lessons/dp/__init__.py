"""Differential privacy. A module teaches one idea, and is named after it; its first line says which.

    11  definitions, randomized_response
    12  statement

and, each with its own map: ``mechanisms`` (12, 13), ``accounting`` (13 to 15), ``training`` (16),
``auditing`` (17), ``exact`` (18).
"""
