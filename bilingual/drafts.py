"""The other end of drafts.js, which keeps what a person types until it is saved."""

from urllib.parse import quote

A_DAY = 86_400  # seconds


def forget_draft(response, key):
    """Tell the browser that it need not keep the draft of a form any longer."""
    response.set_cookie("saved_form", quote(key), max_age=A_DAY, samesite="Lax")
    return response
