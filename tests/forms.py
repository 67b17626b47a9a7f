"""Forms as a browser has them: opened once, filled in, and sent at any later time."""

from html.parser import HTMLParser

SENT_ALWAYS = {"text", "hidden", "number", "url", "email", "date", "search", "password"}


class FormReader(HTMLParser):
    """Collects the values that a browser would send of the forms of a page, by field name.

    Only forms with method="post" count, and not that for signing out.
    """

    def __init__(self):
        super().__init__()
        self.fields = {}
        self.is_inside = False
        self.area = self.choice = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.is_inside = attributes.get("method", "").lower() == "post" and (
                "logout" not in attributes.get("id", "")
            )
        name = attributes.get("name")
        if not self.is_inside or "disabled" in attributes:
            return
        if tag == "input" and name:
            kind = attributes.get("type", "text")
            if kind in SENT_ALWAYS or (kind in {"checkbox", "radio"} and "checked" in attributes):
                self.fields[name] = attributes.get("value") or ("on" if kind == "checkbox" else "")
        elif tag == "textarea" and name:
            self.area = name
            self.fields[name] = ""
        elif tag == "select" and name:
            self.choice = name
            self.fields.setdefault(name, None)
        elif tag == "option" and self.choice:
            value = attributes.get("value", "")
            if "selected" in attributes or self.fields[self.choice] is None:
                self.fields[self.choice] = value

    def handle_data(self, data):
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = None
        elif tag == "select":
            self.choice = None
        elif tag == "form":
            self.is_inside = False


def form_fields(html):
    """Return the values that a browser would send of the forms of a page, by field name."""
    reader = FormReader()
    reader.feed(html)
    return {name: value for name, value in reader.fields.items() if value is not None}


class AdminForm:
    """A form of a page that a test client has open."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        response = client.get(address)
        assert response.status_code == 200
        self.read(response)

    def read(self, response):
        """Take the HTML and the fields of a response."""
        self.html = response.content.decode()
        self.fields = form_fields(self.html)

    def send(self, **values):
        """Fill in some fields, send all, and return the response.

        Where the form comes back with errors, its fields are read anew. None as a value is a box
        that is not ticked; __ in a name stands for a hyphen.
        """
        self.fields |= {name.replace("__", "-"): value for name, value in values.items()}
        data = {
            name: value.replace("\n", "\r\n")
            for name, value in self.fields.items()
            if value is not None
        }
        response = self.client.post(self.address, data)
        if response.status_code == 200:
            self.read(response)
        return response
