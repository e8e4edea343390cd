"""Counts a request's queries when the bench asks for it; costs nothing otherwise."""

import time

from django.db import connection


class CountQueries:
    """Answers the header ``X-Bench-Count`` with ``X-Bench-Queries`` and ``X-Bench-Sql-Ms``."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "X-Bench-Count" not in request.headers:
            return self.get_response(request)
        spent = []

        def timed(execute, *arguments):
            started = time.perf_counter()
            try:
                return execute(*arguments)
            finally:
                spent.append(time.perf_counter() - started)

        with connection.execute_wrapper(timed):
            response = self.get_response(request)
        response["X-Bench-Queries"] = str(len(spent))
        response["X-Bench-Sql-Ms"] = f"{sum(spent) * 1000:.1f}"
        return response
