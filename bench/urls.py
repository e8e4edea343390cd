"""The site's addresses and those that the bench compares them with."""

from django.core.cache import cache
from django.http import HttpResponse
from django.urls import include, path

from accounts.guards import public


@public
def hello(request):
    """The unit of all ratios: a view that does nothing, behind the site's middleware, server and worker."""
    return HttpResponse("hello")


@public
def forget(request):
    """Empty the worker's cache, so that the next page is computed anew."""
    cache.clear()
    return HttpResponse("forgotten")


urlpatterns = [
    path("bench/hello", hello),
    path("bench/forget", forget),
    path("", include("dezhou_jjj.urls")),
]
