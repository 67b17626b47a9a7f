from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class EditingConfig(AppConfig):
    name = "editing"
    verbose_name = _("Editing")

    def ready(self) -> None:
        from editing.publishing_rights import refuse_unpublished
        from editing.roles import install_after_last_app, remember_permissions
        from history.signals import revision_recorded

        revision_recorded.connect(refuse_unpublished)
        pre_migrate.connect(remember_permissions, sender=self)
        post_migrate.connect(install_after_last_app)
