from operations.observability.tally import current


class ViewMiddleware:
    """Tells the tally of a request which view answers it, by the name of its address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        tally = current.get()
        if tally is not None and request.resolver_match is not None:
            tally.view = request.resolver_match.view_name or "unnamed"
        return response
