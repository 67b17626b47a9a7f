"""Template tags of the administration."""

from django import template

from portal import todo

register = template.Library()


@register.simple_tag(takes_context=True)
def todo_items(context: template.RequestContext) -> list[todo.TodoItem]:
    """Return the to-do list of the person who looks at the page."""
    return todo.todo_items(context["request"])
