from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LanguagesConfig(AppConfig):
    name = "languages"
    verbose_name = _("Languages")

    def ready(self) -> None:
        from languages import array_lookup  # noqa: F401  (registers the look-up)
