"""What the audit trail must know of the current request, carried beside the call instead of through it."""

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RequestContext:
    """``memory`` holds what need not be asked twice within one request; None outside of requests."""

    request_id: str = ""
    address: str = ""
    memory: dict | None = field(default=None, compare=False)


current: ContextVar[RequestContext] = ContextVar("request_context", default=RequestContext())  # noqa: B039 - frozen
