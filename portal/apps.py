from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("portal")

    def ready(self):
        from bilingual.checking import register_explanations
        from portal.content.explained import EXPLAINED

        register_explanations(EXPLAINED)
