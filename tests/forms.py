"""Forms as a browser has them: opened once, filled in, and sent when it suits."""

from html.parser import HTMLParser

SENT_ALWAYS = {"text", "hidden", "number", "url", "email", "date", "search", "password"}


class FormReader(HTMLParser):
    """Collects what a browser would send of the page's main form, by the name of each field."""

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


def fields_of(html):
    reader = FormReader()
    reader.feed(html)
    return {name: value for name, value in reader.fields.items() if value is not None}


class AdminForm:
    """A form that somebody has open."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        response = client.get(address)
        assert response.status_code == 200
        self.read(response)

    def read(self, response):
        self.html = response.content.decode()
        self.fields = fields_of(self.html)

    def send(self, **values):
        """Fill in some fields and send all; where the form comes back, it stays open as it came.

        Returns the response. A value of None is a box that is not ticked.
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
