"""Django's connection to a mail server, which also tells when the fate of a message is unknown."""

import smtplib
from typing import TYPE_CHECKING, Any

from django.core.mail.backends import smtp

if TYPE_CHECKING:
    _Base = smtplib.SMTP
else:
    _Base = object


class UnansweredError(smtplib.SMTPException):
    """The server was given a message, and has not said whether it accepts it."""


class TellingMixin(_Base):
    """Raises UnansweredError where the connection ends, or times out, after DATA."""

    def data(self, msg: Any) -> Any:
        """Hand over a message; return the server's code and its words."""
        try:
            return super().data(msg)
        except smtplib.SMTPDataError:
            raise  # the server has answered, and does not take the message
        except OSError as error:
            raise UnansweredError("The server has not said whether it accepted it.") from error


class PlainConnection(TellingMixin, smtplib.SMTP):
    """A connection that is plain at first."""


class EncryptedConnection(TellingMixin, smtplib.SMTP_SSL):
    """A connection that is encrypted from the start."""


class EmailBackend(smtp.EmailBackend):
    """Sends by SMTP; the mails of the outbox, about accounts and about errors."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return EncryptedConnection if self.use_ssl else PlainConnection
