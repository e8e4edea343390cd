"""Proofreading of a text: its figures against each other and against this site. Pure Python but for `data`."""
