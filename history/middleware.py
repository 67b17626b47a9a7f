from history.content_version import reading_once
from history.recording import acting_as


class AuthorMiddleware:
    """Makes whoever is signed in the author of what a request changes.

    The version of the content is read once in a request.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with acting_as(request.user), reading_once():
            return self.get_response(request)
