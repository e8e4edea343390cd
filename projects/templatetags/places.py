"""What pages of places look up by a row's key."""

from django import template

register = template.Library()


@register.simple_tag
def card_of(cards, row) -> dict:
    """Return what belongs to this row."""
    return cards[row.pk]
