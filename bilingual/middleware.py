from bilingual.history import acting_as
from bilingual.versions import reading_once


class AuthorMiddleware:
    """Makes whoever is signed in the author of what a request changes.

    The version of the content is read once in a request.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with acting_as(request.user), reading_once():
            return self.get_response(request)
