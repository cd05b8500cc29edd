"""The autoconfig file: its many shapes, and what is no such file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.discovery.configuration import ConfiguredServer, SocketType
from smtp_desktop.domain.discovery.proposal import ProposedOAuth
from smtp_desktop.transports.autoconfig.reader import NotConfiguration, read_configuration

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<clientConfig version="1.1">
  <emailProvider id="contoso.example">
    <domain>contoso.example</domain>
    <displayName>Contoso &amp; Söhne</displayName>
    <incomingServer type="imap">
      <hostname>imap.contoso.example</hostname><port>993</port><socketType>SSL</socketType>
      <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname> smtp.contoso.example </hostname>
      <port>465</port>
      <socketType>SSL</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>OAuth2</authentication>
      <authentication>password-cleartext</authentication>
      <restriction>client-IP-address</restriction>
    </outgoingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.contoso.example</hostname><port>587</port><socketType>starttls</socketType>
    </outgoingServer>
    <outgoingServer type="exchange"><hostname>x</hostname><port>443</port><socketType>SSL</socketType></outgoingServer>
    <outgoingServer><hostname>old.contoso.example</hostname><port>25</port><socketType>plain</socketType></outgoingServer>
    <documentation url="https://contoso.example/help"><descr lang="en">Help</descr></documentation>
  </emailProvider>
  <oAuth2>
    <issuer>login.contoso.example</issuer>
    <scope>mail.send</scope>
    <authURL>https://login.contoso.example/a</authURL>
    <tokenURL>https://login.contoso.example/t</tokenURL>
  </oAuth2>
</clientConfig>
"""


def wrapped(servers):
    return f'<clientConfig version="1.1"><emailProvider>{servers}</emailProvider></clientConfig>'.encode()


def test_all_servers_for_outgoing_mail_are_read_in_their_order():
    found = read_configuration(FILE.encode())

    assert found.servers == (
        ConfiguredServer(
            host_name="smtp.contoso.example",
            smtp_port=465,
            socket=SocketType.SSL,
            user_name="%EMAILADDRESS%",
            authentication=("OAuth2", "password-cleartext"),
        ),
        ConfiguredServer(host_name="smtp.contoso.example", smtp_port=587, socket=SocketType.STARTTLS),
        ConfiguredServer(host_name="old.contoso.example", smtp_port=25, socket=SocketType.PLAIN),
    )
    assert found.oauth == ProposedOAuth(
        issuer="login.contoso.example",
        authorize_url="https://login.contoso.example/a",
        token_url="https://login.contoso.example/t",
        scope="mail.send",
    )


@pytest.mark.parametrize(
    "content",
    [
        FILE.encode("utf-8-sig"),
        FILE.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        FILE.replace("UTF-8", "UTF-16").encode("utf-16"),
        FILE.replace("UTF-8", "windows-1252").encode("windows-1252"),
        FILE.replace("\n", "\r\n").encode(),
    ],
    ids=["BOM", "Latin-1", "UTF-16", "Windows-1252", "CRLF"],
)
def test_encodings_and_line_ends(content):
    assert read_configuration(content) == read_configuration(FILE.encode())


@pytest.mark.parametrize(
    "server",
    [
        "<outgoingServer><hostname>a.example</hostname><port>many</port><socketType>SSL</socketType></outgoingServer>",
        "<outgoingServer><hostname>a.example</hostname><port>²</port><socketType>SSL</socketType></outgoingServer>",
        "<outgoingServer><hostname>a.example</hostname><port>999999</port><socketType>SSL</socketType></outgoingServer>",
        "<outgoingServer><hostname>a.example</hostname><port>465</port><socketType>ROT13</socketType></outgoingServer>",
        "<outgoingServer><hostname>a.example</hostname></outgoingServer>",
        "<outgoingServer/>",
        "",
    ],
)
def test_a_server_that_is_not_whole_is_passed_over(server):
    assert read_configuration(wrapped(server)).servers == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html><html><body>Not found</body></html>",
        b"<html><body>Welcome</body></html>",
        b'{"error": "not found"}',
        b"<clientConfig>",
        b"<clientConfig></clientConfig><clientConfig/>",
        b"\x00\x01\x02",
        FILE.replace("UTF-8", "x-no-such-encoding").encode(),
        b'<!DOCTYPE clientConfig SYSTEM "file:///etc/passwd"><clientConfig/>',
        b'<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><clientConfig><x>&b;</x></clientConfig>',
        b"<clientConfig>&undefined;</clientConfig>",
        b"<clientConfig>" + b"<a>" * 50 + b"</a>" * 50 + b"</clientConfig>",
        b"<clientConfig>" + b"<a/>" * 5_000 + b"</clientConfig>",
        b"<clientConfig><a>" + b"x" * 10_000 + b"</a></clientConfig>",
    ],
    ids=lambda content: repr(content[:40]),
)
def test_what_is_no_such_file_or_too_much_is_refused(content):
    with pytest.raises(NotConfiguration):
        read_configuration(content)


def test_no_more_than_a_few_servers_are_read():
    server = (
        "<outgoingServer><hostname>a.example</hostname><port>465</port><socketType>SSL</socketType></outgoingServer>"
    )

    assert len(read_configuration(wrapped(server * 100)).servers) == 8


@given(st.integers(0, len(FILE.encode()) - 1), st.binary(max_size=8))
def test_a_damaged_file_is_read_or_refused(position, damage):
    content = FILE.encode()
    try:
        read_configuration(content[:position] + damage + content[position + len(damage) :])
    except NotConfiguration:
        return
