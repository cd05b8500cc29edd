"""The PowerShell that lets an app send as one mailbox."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from smtp_desktop.domain.sign_in.rbac import graph_script, mailbox_permission_script, quoted, scripts_of, smtp_script
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, ProfileId, Server, SignIn, SmtpProfile

CLIENT_ID = "16fd2706-8baf-433b-82eb-8c7fada847da"
MAILBOX = "invoices@northwind.example"


def test_graph_gets_a_scope_with_the_ids_filled_in() -> None:
    assert graph_script(client_id=CLIENT_ID, mailbox=MAILBOX).lines == (
        "Connect-ExchangeOnline",
        f"$appId = '{CLIENT_ID}'",
        "$objectId = '<object-id>'",
        "New-ServicePrincipal -AppId $appId -ObjectId $objectId -DisplayName 'SMTP Desktop'",
        "New-ManagementScope -Name 'SMTP Desktop 16fd2706 invoices@northwind.example' "
        "-RecipientRestrictionFilter 'PrimarySmtpAddress -eq ''invoices@northwind.example'''",
        "New-ManagementRoleAssignment -App $objectId -Role 'Application Mail.Send' "
        "-CustomResourceScope 'SMTP Desktop 16fd2706 invoices@northwind.example'",
        "Test-ServicePrincipalAuthorization -Identity $appId -Resource 'invoices@northwind.example' | Format-Table",
    )


def test_smtp_gets_the_role_of_smtp_for_the_same_scope() -> None:
    script = smtp_script(client_id=CLIENT_ID, mailbox=MAILBOX).text
    assert "$role = (Get-ManagementRole '*SMTP.SendAsApp*').Name" in script
    assert "-Role $role -CustomResourceScope 'SMTP Desktop 16fd2706 invoices@northwind.example'" in script


def test_smtp_by_mailbox_permission_covers_another_sender_too() -> None:
    script = mailbox_permission_script(client_id=CLIENT_ID, mailbox=MAILBOX, from_address="sales@northwind.example")
    assert script.lines[-2:] == (
        "Add-MailboxPermission -Identity 'invoices@northwind.example' -User $objectId -AccessRights FullAccess",
        "Add-RecipientPermission -Identity 'sales@northwind.example' -Trustee $objectId "
        "-AccessRights SendAs -Confirm:$false",
    )
    same = mailbox_permission_script(client_id=CLIENT_ID, mailbox=MAILBOX, from_address=MAILBOX.upper())
    assert "Add-RecipientPermission" not in same.text


def test_the_object_id_is_a_placeholder_that_is_explained() -> None:
    notes = " ".join(map(str, graph_script(client_id=CLIENT_ID, mailbox=MAILBOX).notes))
    assert "Replace <object-id> with the Object ID of the app in Entra ID under Enterprise applications" in notes


def test_an_unknown_application_is_a_placeholder_too() -> None:
    assert "$appId = '<application-id>'" in graph_script(client_id="", mailbox=MAILBOX).lines


def test_consent_for_every_mailbox_is_to_be_revoked_since_permissions_add_up() -> None:
    for script, permission in (
        (graph_script(client_id=CLIENT_ID, mailbox=MAILBOX), "Mail.Send"),
        (smtp_script(client_id=CLIENT_ID, mailbox=MAILBOX), "SMTP.SendAsApp"),
    ):
        assert any(f"application permission {permission}, the app can send as every" in str(n) for n in script.notes)


def test_a_scope_has_a_name_that_exchange_accepts() -> None:
    script = graph_script(client_id=CLIENT_ID, mailbox="a" * 64 + "@northwind.example").text
    names = re.findall(r"-Name '([^']*)'|-CustomResourceScope '([^']*)'", script)
    assert [len(one or other) for one, other in names] == [64, 64]


def smtp(server: Server) -> SmtpProfile:
    return SmtpProfile(id=ProfileId("p"), name="App", server=server, from_address="Sales <sales@northwind.example>")


BOX = GraphMailbox(user_name=MAILBOX, tenant_id="t", client_id=CLIENT_ID, sign_in=SignIn.APP_ONLY)
SERVER = GenericServer(
    host_name="smtp.office365.com",
    user_name=MAILBOX,
    sign_in=SignIn.APP_ONLY,
    oauth=OAuthClient(provider=OAuthProvider.MICROSOFT, client_id=CLIENT_ID),
)


def test_a_mailbox_of_graph_has_the_script_for_graph() -> None:
    assert scripts_of(smtp(BOX)) == (graph_script(client_id=CLIENT_ID, mailbox=MAILBOX),)


def test_an_smtp_server_of_microsoft_has_both_ways_the_scoped_one_first() -> None:
    assert scripts_of(smtp(SERVER)) == (
        smtp_script(client_id=CLIENT_ID, mailbox=MAILBOX),
        mailbox_permission_script(client_id=CLIENT_ID, mailbox=MAILBOX, from_address="sales@northwind.example"),
    )


@pytest.mark.parametrize(
    "server",
    [
        replace(BOX, sign_in=SignIn.PASSWORD),
        replace(SERVER, sign_in=SignIn.BROWSER),
        replace(SERVER, oauth=OAuthClient(provider=OAuthProvider.GOOGLE)),
        replace(SERVER, sign_in=SignIn.PASSWORD, oauth=None),
    ],
)
def test_whoever_is_no_app_at_microsoft_has_none(server: Server) -> None:
    assert scripts_of(smtp(server)) == ()


ODD = ["o'brien@northwind.example", "$(Remove-Item x)", "a\u2019; Stop-Process; \u2018", '`"x"\n;dir', "‚‛", ""]


@pytest.mark.parametrize("text", ODD)
def test_no_text_ends_its_quotes(text: str) -> None:
    inner = quoted(text)[1:-1]
    assert not re.search("[\x00-\x1f]", inner)
    assert re.sub("(['\u2018\u2019\u201a\u201b])\\1", "", inner).strip("abcdefghijklmnopqrstuvwxyz") not in {
        "'",
        "\u2019",
    }
    assert all(len(run) % 2 == 0 for char in "'\u2018\u2019\u201a\u201b" for run in re.findall(f"{char}+", inner))


def test_an_apostrophe_in_an_address_is_doubled_once_for_the_filter_and_once_for_powershell() -> None:
    script = graph_script(client_id=CLIENT_ID, mailbox="o'brien@northwind.example").text
    assert "-RecipientRestrictionFilter 'PrimarySmtpAddress -eq ''o''''brien@northwind.example'''" in script


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="PowerShell is not installed")
@pytest.mark.parametrize("text", ODD)
def test_powershell_reads_the_text_as_it_was(text: str) -> None:
    command = ["pwsh", "-NoProfile", "-Command", f"[Console]::Out.Write({quoted(text)})"]
    said = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert said == " ".join(text.split("\n")).strip()
