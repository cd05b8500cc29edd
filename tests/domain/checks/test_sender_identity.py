"""The identity of a sender: providers by their hosts, and what follows from names alone."""

import pytest
from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.checks.dns_answer import is_public_name
from smtp_desktop.domain.checks.sender_identity import sender_identity_of
from smtp_desktop.domain.smtp.profile import Cloud, EnvelopeSender, GenericServer, GraphMailbox, ProfileId, SmtpProfile


def sending(host, user, header_from="", **server):
    profile = SmtpProfile(
        id=ProfileId("p"),
        name="P",
        from_address=header_from,
        server=GenericServer(host_name=host, user_name=user, **server),
    )
    return sender_identity_of(profile, PROVIDERS)


@pytest.mark.parametrize(
    ("cloud", "name"),
    [
        (Cloud.GLOBAL, "Microsoft 365"),
        (Cloud.US_L4, "Microsoft 365 US Government"),
        (Cloud.US_DOD, "Microsoft 365 US Government"),
        (Cloud.CHINA, "Microsoft 365 China"),
    ],
)
def test_a_mailbox_is_sent_from_by_its_cloud(cloud, name):
    server = GraphMailbox(user_name="a@acme.io", tenant_id="acme.io", client_id="c", cloud=cloud)
    found = sender_identity_of(SmtpProfile(id=ProfileId("p"), name="P", server=server), PROVIDERS)
    assert found.provider.name == name
    assert found.spf_domain == "acme.io"


def test_without_a_usable_sender_there_is_none():
    assert sending("smtp.gmail.com", "apikey") is None


@pytest.mark.parametrize(
    ("host", "user", "header_from", "server", "spf_domain"),
    [
        ("mail.acme.io", "a@box.io", "a@acme.io", {}, "box.io"),
        ("mail.acme.io", "a@box.io", "a@acme.io", {"envelope_sender": EnvelopeSender.FROM}, "acme.io"),
        ("mail.acme.io", "a@box.io", "a@Acme.IO", {"auth_required": False}, "acme.io"),
        ("smtp.gmail.com", "a@box.io", "a@acme.io", {}, "box.io"),
        # Gmail puts the account in its place
        ("smtp.gmail.com", "a@box.io", "a@acme.io", {"envelope_sender": EnvelopeSender.FROM}, ""),
        ("smtp.sendgrid.net", "apikey", "a@acme.io", {}, ""),
    ],
)
def test_whose_spf_record_counts(host, user, header_from, server, spf_domain):
    assert sending(host, user, header_from, **server).spf_domain == spf_domain


@pytest.mark.parametrize(
    ("host", "user", "header_from", "rewritten"),
    [
        ("smtp.gmail.com", "Ann@acme.io", "ann@Acme.io", False),
        ("smtp.gmail.com", "ann@acme.io", "", False),
        ("smtp.gmail.com", "ann@acme.io", "info@acme.io", True),
        ("smtp.gmail.com", "apikey", "info@acme.io", False),
        ("smtp-relay.gmail.com", "ann@acme.io", "info@acme.io", False),
        ("mail.acme.io", "ann@acme.io", "info@acme.io", False),
    ],
)
def test_who_replaces_the_from_address(host, user, header_from, rewritten):
    assert sending(host, user, header_from).rewritten is rewritten


@pytest.mark.parametrize(
    ("host", "header_from", "owner"),
    [
        ("smtp.gmail.com", "ann@gmail.com", None),
        ("smtp-relay.gmail.com", "ann@googlemail.com", None),
        ("mail.acme.io", "ann@gmail.com", "Gmail"),
        ("smtp.office365.com", "ann@outlook.com", None),
        ("smtp-mail.outlook.com", "ann@hotmail.com", None),
        ("mail.acme.io", "ann@hotmail.com", "Outlook.com"),
        ("mail.gmx.net", "ann@gmx.com", None),
        ("mail.acme.io", "ann@gmx.com", "GMX.com"),
        ("mail.gmx.net", "ann@web.de", "WEB.DE"),
        ("mail.acme.io", "ann@mail.gmail.com", None),
    ],
)
def test_whose_address_it_is(host, header_from, owner):
    found = sending(host, "ann@acme.io", header_from).foreign_owner
    assert (found.name if found else None) == owner


@pytest.mark.parametrize(
    ("host", "user", "header_from", "private"),
    [
        ("smtp.office365.com", "ann@outlook.com", "ann@acme.io", True),
        ("smtp-mail.outlook.com", "ann@live.nl", "ann@acme.io", True),
        ("smtp-mail.outlook.com", "ann@live.nl", "ann@outlook.com", False),
        # a company's first domain, which is not everybody's
        ("smtp.office365.com", "ann@acme.onmicrosoft.com", "ann@acme.io", False),
        ("smtp.office365.com", "ann@gmail.com", "ann@acme.io", False),
        ("smtp.mail.me.com", "ann@icloud.com", "ann@acme.io", False),
        ("mail.acme.io", "ann@outlook.com", "ann@acme.io", False),
    ],
)
def test_whose_private_account_sends_for_another_domain(host, user, header_from, private):
    assert sending(host, user, header_from).of_private_account is private


@pytest.mark.parametrize("name", ["acme.io", "Mail.Acme.IO.", "_dmarc.acme.io", "xn--fa-hia.de", "a-b.c1.io"])
def test_public_names(name):
    assert is_public_name(name)


@pytest.mark.parametrize(
    "name", ["acme", "", ".", "a..io", "192.0.2.1", "[::1]", "-a.io", "a b.io", "x.test", "EXAMPLE.com."]
)
def test_other_names(name):
    assert not is_public_name(name)
