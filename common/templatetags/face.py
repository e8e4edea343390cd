"""Small marks of the pages: icons, lights, trend lines, addresses that keep their other parameters."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()

HIDDEN = mark_safe('aria-hidden="true"')
LIGHTS = ("blue", "green", "yellow", "red", "grey")


@lru_cache(maxsize=1)
def _sprite_url() -> str:
    return static("vendor/icons.svg")


@register.simple_tag
def icon(name: str, cls: str = "", label: str = "") -> str:
    """An icon of static/vendor/icons.svg; without a label it is decoration and hidden from readers."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else HIDDEN
    return format_html(
        '<svg class="{}" {} focusable="false"><use href="{}#{}"/></svg>',
        f"ti {cls}".strip(),
        spoken,
        _sprite_url(),
        name,
    )


@register.simple_tag
def light(colour: str, word: str, look: str = "") -> str:
    """A light as shape and word; look is "" (plain), "box" (pill) or "only" (shape, the word spoken)."""
    if colour not in LIGHTS:
        colour = "grey"
    if look == "only":
        return format_html('<svg class="lti" role="img" aria-label="{}"><use href="#l-{}"/></svg>', word, colour)
    return format_html(
        '<span class="lt {}"><svg aria-hidden="true"><use href="#l-{}"/></svg>{}</span>',
        f"{colour} box" if look == "box" else colour,
        colour,
        word,
    )


@register.filter
def spark_path(values) -> str:
    """The path of a trend line in a 100 × 28 box, oldest value first; empty when fewer than two values."""
    numbers = [float(value) for value in values if value is not None]
    if len(numbers) < 2:
        return ""
    low, high = min(numbers), max(numbers)
    span = (high - low) or 1.0
    step = 100 / (len(numbers) - 1)
    points = (f"{i * step:.1f} {25 - (value - low) / span * 22:.1f}" for i, value in enumerate(numbers))
    return "M" + " L".join(points)


@register.simple_tag
def bar(percent, colour: str = "blue", pace=None, spoken=True) -> str:
    """A bar of 0 to 100 with an optional black tick at the expected pace; nothing when percent is missing.

    Not ``spoken`` it is hidden from readers: the number stands beside it.
    """
    if percent is None:
        return ""
    width = min(max(float(percent), 0.0), 100.0)
    tick = ""
    if pace is not None:
        at = f"{min(max(float(pace), 0.0), 100.0):g}"
        tick = format_html('<line class="pc" x1="{}%" x2="{}%" y2="100%"/>', at, at)
    heard = format_html('role="img" aria-label="完成 {}%"', f"{float(percent):g}") if spoken else HIDDEN
    return format_html(
        '<svg class="bar" {}>'
        '<rect class="tr" width="100%" height="100%"/><rect class="s-{}" width="{}%" height="100%"/>{}</svg>',
        heard,
        colour if colour in LIGHTS else "grey",
        f"{width:g}",
        tick,
    )


@register.simple_tag(takes_context=True)
def url_with(context, name: str, value=None) -> str:
    """The current address's query with one parameter set (removed when the value is None or empty)."""
    parameters = context["request"].GET.copy()
    parameters.pop(name, None)
    if value not in (None, ""):
        parameters[name] = value
    return "?" + parameters.urlencode()
