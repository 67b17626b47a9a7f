from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from operations import background_threads
        from operations.observability.queries import observe_connection
        from operations.stalled import remember

        connection_created.connect(observe_connection)
        connection_created.connect(remember)
        request_started.connect(background_threads.start)
        request_finished.connect(background_threads.start_counting)
