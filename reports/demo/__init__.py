"""The demonstration: rows made from a fixed seed where the sources publish only totals.

Every row made here carries ``is_demo``; their sums equal the published totals to the last digit.
"""
