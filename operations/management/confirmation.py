"""The question of commands that replace the whole database."""

from django.core.management.base import CommandError, OutputWrapper
from django.db import connection


def confirm_replacement(output: OutputWrapper, subject: str) -> None:
    """Ask before the database is replaced; raise CommandError unless the answer is "yes".

    `subject` is what replaces it, as the beginning of a sentence: "It", "This".
    """
    name = connection.settings_dict["NAME"]
    output.write(f"{subject} replaces everything in the {connection.display_name} database {name}.")
    try:
        answer = input("Type yes to go on: ")
    except EOFError:
        answer = ""
    if answer != "yes":
        raise CommandError("Nothing was changed. Without a terminal, --no-input goes on.")
