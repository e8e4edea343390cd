"""Request id and address for logs and audit; the content security policy on every answer."""

import ipaddress
import logging
import time
import uuid

from django.conf import settings

from common.context import RequestContext, current

access_log = logging.getLogger("dezhou.access")


def client_address(request) -> str:
    """Return the peer's address; empty when the server did not tell one (a unix socket)."""
    address = request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


class RequestContextMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.request_id = uuid.uuid4().hex
        token = current.set(RequestContext(request.request_id, client_address(request), memory={}))
        started = time.monotonic()
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response["X-Request-ID"] = request.request_id
        access_log.info(
            "request",
            extra={
                "method": request.method,
                "path": getattr(request, "logged_path", request.path),  # an address may itself be a secret
                "status": response.status_code,
                "ms": round((time.monotonic() - started) * 1000, 1),
                "request_id": request.request_id,
            },
        )
        return response


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response
