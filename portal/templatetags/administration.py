"""Template tags of the administration."""

from django import template

from portal import todo
from portal.my_work import MyWork
from portal.my_work import my_work as work_of

register = template.Library()


@register.simple_tag(takes_context=True)
def todo_items(context: template.RequestContext) -> list[todo.TodoItem]:
    """Return the to-do list of the person who looks at the page."""
    return todo.todo_items(context["request"])


@register.simple_tag(takes_context=True)
def my_work(context: template.RequestContext) -> MyWork:
    """Return what the person who looks at the page has proposed, and what waits for them."""
    return work_of(context["request"])
