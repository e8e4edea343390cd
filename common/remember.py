"""Values computed from the data: computed once per state of the data, fetched once per request."""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from django.core.cache import cache

from common import audit, context

SECONDS = 3600
_anew = ContextVar("computed_anew", default=False)


def remembered(name: str, compute: Callable):
    """Return what ``compute()`` returned when the data last changed; it is called when nobody has asked since.

    ``name`` says all that the value depends on apart from the data: what it is, its date, whose rights.
    """
    memory = context.current.get().memory
    if memory is not None and name in memory:
        return memory[name]
    if _anew.get():
        found = compute()
    else:
        found = _cached(f"{name}:{_stamp(memory)}", compute)
    if memory is not None:
        memory[name] = found
    return found


def _cached(key, compute):
    found = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, SECONDS)
    return found


def _stamp(memory) -> int:
    """The state of the data, asked once per request; a write empties the request's memory."""
    if memory is None:
        return audit.data_stamp()
    if "data-stamp" not in memory:
        memory["data-stamp"] = audit.data_stamp()
    return memory["data-stamp"]


@contextmanager
def one_reading():
    """Within it a value is fetched once, as within one request: all figures are of one state of the data."""
    token = context.current.set(replace(context.current.get(), memory={}))
    try:
        yield
    finally:
        context.current.reset(token)


@contextmanager
def computed_anew():
    """Within it nothing comes from the cache or goes into it: every value is computed from the rows."""
    with one_reading():
        token = _anew.set(True)
        try:
            yield
        finally:
            _anew.reset(token)
