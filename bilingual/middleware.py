from bilingual.history import acting_as


class AuthorMiddleware:
    """Makes whoever is signed in the author of what a request changes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with acting_as(request.user):
            return self.get_response(request)
