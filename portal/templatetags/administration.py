from django import template

from portal.todo import matters

register = template.Library()


@register.simple_tag(takes_context=True)
def attention(context):
    """Return the matters that need the attention of whoever looks at the page."""
    return matters(context["request"])
