"""Loading a transport when it is first needed."""

from collections.abc import Callable

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.conversation import Step, Timeline, TlsMode
from smtp_desktop.domain.message import Mail
from smtp_desktop.domain.profile import GenericServer
from smtp_desktop.domain.secret import Secret


class SmtpOnDemand:
    """The SMTP transport, loaded by its first conversation: most commands, and the window's start, need none."""

    def converse(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Timeline:
        """Holds one conversation; see `services.ports.Transport`."""
        from smtp_desktop.transports.smtp.transport import SmtpTransport  # noqa: PLC0415 - loads ssl and more

        return SmtpTransport().converse(
            server, password=password, mail=mail, known_mode=known_mode, cancel=cancel, on_step=on_step
        )
