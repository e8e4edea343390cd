"""Threads that start at once, each with a database connection of its own."""

import threading

from django.db import connection


def race(function, count):
    """Run ``function(number)`` in ``count`` threads at once; return what each returned or raised."""
    results = [None] * count
    together = threading.Barrier(count)

    def run(number):
        try:
            together.wait(timeout=30)
            results[number] = function(number)
        except Exception as error:  # the test judges it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return results
