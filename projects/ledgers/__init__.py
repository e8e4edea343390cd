"""Ledgers of projects and of their money as counties make them."""
