"""Ledgers of indicators' values as organisations make them."""
