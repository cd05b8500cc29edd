"""A desktop that says over D-Bus what its user wants to see: `org.freedesktop.appearance` of the settings portal."""

from jeepney import HeaderFields, Message, new_error, new_method_return
from servers.desktop.dbus import DBusService

_HIGH_CONTRAST = 1


class SettingsPortal(DBusService):
    """Wants more contrast, on the bus at `address`."""

    def __init__(self, address: str) -> None:
        super().__init__(address, "org.freedesktop.portal.Desktop")

    def _answer(self, call: Message) -> Message:
        match call.header.fields.get(HeaderFields.member):
            case "ReadAll":
                wishes = {"org.freedesktop.appearance": {"contrast": ("u", _HIGH_CONTRAST)}}
                return new_method_return(call, "a{sa{sv}}", (wishes,))
            case "Get":
                return new_method_return(call, "v", (("u", 2),))
            case _:
                return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")
