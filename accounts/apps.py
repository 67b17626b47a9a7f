from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import receivers  # noqa: F401  (connects the receivers)
        from accounts.invitations import clear_expired
        from operations.retention import register

        register("invitations", clear_expired)

        if settings.OIDC_ISSUER:
            from accounts import single_sign_on  # noqa: F401  (registers the provider)
