"""PowerShell for an administrator of Exchange Online that lets an app send as one mailbox, and no other."""

from dataclasses import dataclass

from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile, is_app_at_microsoft

APP_PLACEHOLDER = "<application-id>"
OBJECT_PLACEHOLDER = "<object-id>"
_DISPLAY_NAME = "SMTP Desktop"
_LONGEST_SCOPE_NAME = 64
# PowerShell takes each of these for a single quote: about_Quoting_Rules, and CharTraits in its source.
_SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerShellScript:
    """Commands to paste into Exchange Online PowerShell. `title` says what they do, `notes` what to know before and
    after. The lines hold no secret."""

    title: MessageText
    lines: tuple[str, ...]
    notes: tuple[MessageText, ...]

    @property
    def text(self) -> str:
        """The commands, one a line."""
        return "\n".join(self.lines)


def scripts_of(profile: SmtpProfile) -> tuple[PowerShellScript, ...]:
    """Returns the scripts for the app that the SMTP signs in as, the better one first; none where it signs in as no app
    at Microsoft."""
    server = profile.server
    if not is_app_at_microsoft(server):
        return ()
    if not isinstance(server, GenericServer):
        return (graph_script(client_id=server.client_id, mailbox=server.user_name),)
    client_id = server.oauth.client_id if server.oauth else ""
    sender = address_or_none(profile.from_address)
    return (
        smtp_script(client_id=client_id, mailbox=server.user_name),
        mailbox_permission_script(
            client_id=client_id,
            mailbox=server.user_name,
            from_address=sender.spec if sender else "",
        ),
    )


def graph_script(*, client_id: str, mailbox: str) -> PowerShellScript:
    """Returns the commands that let the app send as `mailbox` through Microsoft Graph. This is what counts, not the
    permissions named in a token: such an app has none there."""
    return PowerShellScript(
        title=msg(
            "By RBAC for Applications: let the app send as {mailbox} only, through Graph", mailbox=one_line(mailbox)
        ),
        lines=(*_begin(client_id), *_scoped(client_id, mailbox, "'Application Mail.Send'")),
        notes=(*_NOTES, _remove_consent("Mail.Send"), _LATE),
    )


def smtp_script(*, client_id: str, mailbox: str) -> PowerShellScript:
    """Returns the commands that let the app sign in to SMTP as `mailbox`, by RBAC for Applications."""
    # The role is looked up, since Microsoft's announcement (MC1158911) calls it by its permission only.
    find_role = "$role = (Get-ManagementRole '*SMTP.SendAsApp*').Name"
    return PowerShellScript(
        title=msg(
            "By RBAC for Applications: let the app send as {mailbox} only, through SMTP", mailbox=one_line(mailbox)
        ),
        lines=(*_begin(client_id), find_role, *_scoped(client_id, mailbox, "$role")),
        notes=(*_NOTES, _remove_consent("SMTP.SendAsApp"), _LATE),
    )


def mailbox_permission_script(*, client_id: str, mailbox: str, from_address: str = "") -> PowerShellScript:
    """Returns the commands that give an app with the application permission SMTP.SendAsApp the right to `mailbox`, and
    to another `from_address` where there is one."""
    lines = [f"Add-MailboxPermission -Identity {quoted(mailbox)} -User $objectId -AccessRights FullAccess"]
    if from_address and from_address.lower() != mailbox.lower():
        lines.append(
            f"Add-RecipientPermission -Identity {quoted(from_address)} -Trustee $objectId "
            "-AccessRights SendAs -Confirm:$false"
        )
    return PowerShellScript(
        title=msg(
            "With the application permission SMTP.SendAsApp: the right to the mailbox {mailbox}", mailbox=mailbox
        ),
        lines=(*_begin(client_id), *lines),
        notes=(
            *_NOTES,
            msg(
                "The app also needs the application permission SMTP.SendAsApp of Office 365 Exchange Online, with "
                "admin consent, in Entra ID."
            ),
        ),
    )


def quoted(text: str) -> str:
    """Returns `text` as a string of PowerShell in single quotes, in which nothing is expanded."""
    return "'" + "".join(char * 2 if char in _SINGLE_QUOTES else char for char in one_line(text)) + "'"


def _begin(client_id: str) -> tuple[str, ...]:
    return (
        "Connect-ExchangeOnline",
        f"$appId = {quoted(client_id or APP_PLACEHOLDER)}",
        f"$objectId = {quoted(OBJECT_PLACEHOLDER)}",
        f"New-ServicePrincipal -AppId $appId -ObjectId $objectId -DisplayName {quoted(_DISPLAY_NAME)}",
    )


def _scoped(client_id: str, mailbox: str, role: str) -> tuple[str, ...]:
    scope = quoted(" ".join(filter(None, (_DISPLAY_NAME, client_id[:8], mailbox)))[:_LONGEST_SCOPE_NAME].rstrip())
    address = mailbox.replace("'", "''")  # a string within the filter, which knows the plain quote only
    restriction = quoted(f"PrimarySmtpAddress -eq '{address}'")
    return (
        f"New-ManagementScope -Name {scope} -RecipientRestrictionFilter {restriction}",
        f"New-ManagementRoleAssignment -App $objectId -Role {role} -CustomResourceScope {scope}",
        f"Test-ServicePrincipalAuthorization -Identity $appId -Resource {quoted(mailbox)} | Format-Table",
    )


_NOTES = (
    msg(
        "An administrator of Exchange Online runs these commands in PowerShell, with the module "
        "ExchangeOnlineManagement."
    ),
    msg(
        "Replace {placeholder} with the Object ID of the app in Entra ID under Enterprise applications. The Object ID "
        "under App registrations is another one and does not work.",
        placeholder=OBJECT_PLACEHOLDER,
    ),
    msg("If New-ServicePrincipal says that the service principal exists already, go on with the next command."),
)
_LATE = msg(
    "Exchange applies a change after 30 minutes to 2 hours; the last command shows at once whether it is right."
)


def _remove_consent(permission: str) -> MessageText:
    return msg(
        "Permissions add up: if Entra ID also grants the application permission {permission}, the app can send as "
        "every mailbox. Revoke that consent under Enterprise applications, Permissions.",
        permission=permission,
    )
