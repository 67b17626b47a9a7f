"""Filters for names of people and comments of revisions; built into every template."""

from django import template

from history.actors import shown_comment, shown_name

register = template.Library()
register.filter("shown_name", shown_name)
register.filter("shown_comment", shown_comment)
