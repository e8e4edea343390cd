"""Amounts in templates; stored in 万元, the unit is written beside them."""

from django import template

from common.amounts import grouped, in_wan, in_yi

register = template.Library()

register.filter("yi", in_yi)
register.filter("wan", in_wan)
register.filter("grouped", grouped)
