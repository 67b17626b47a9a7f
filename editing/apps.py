from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class EditingConfig(AppConfig):
    name = "editing"
    verbose_name = _("Editing")

    def ready(self) -> None:
        from editing.notices import remind_overdue
        from editing.publishing_rights import refuse_unpublished
        from editing.roles import install_after_last_app, remember_permissions
        from history.signals import revision_recorded
        from notifications.sending import due_mails_wanted

        revision_recorded.connect(refuse_unpublished)
        due_mails_wanted.connect(remind_overdue)
        pre_migrate.connect(remember_permissions, sender=self)
        post_migrate.connect(install_after_last_app)
