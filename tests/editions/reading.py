"""Reads pages as tests of editions compare them."""

import re


def read(client, path, status=200):
    """Return a page with single spaces; the response has to have the status."""
    response = client.get(path)
    assert response.status_code == status, path
    return re.sub(r"\s+", " ", response.content.decode())


def words(html):
    """Return the text of a page, without elements and without spaces before punctuation."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    return re.sub(r" ([,.;،])", r"\1", text)
