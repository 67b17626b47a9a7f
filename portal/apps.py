from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("portal")

    def ready(self) -> None:
        from portal.content.explained import EXPLAINED
        from translations.checks import register_explanations

        register_explanations(EXPLAINED)
