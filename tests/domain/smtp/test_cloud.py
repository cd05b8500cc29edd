"""The endpoints of Microsoft's clouds."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.smtp.cloud import graph_endpoints, graph_endpoints_of, is_https_address
from smtp_desktop.domain.smtp.profile import Cloud, GraphMailbox

TENANT = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
CUSTOM = Cloud.CUSTOM
ADDRESSES = [
    "https://login.plant.example",
    "https://login.plant.example/",
    "https://login.plant.example/tenant/v2",
    "HTTPS://Login.Plant.Example",
    "https://login.plant.example:8443",
    " https://login.plant.example ",
    "https://192.0.2.1",
    "https://[::1]",
    "https://[2001:db8::1]:8443/v1.0",
    "https://localhost:1",
    "https://localhost:65535",
    "https://faß.example",
]

# Random, but the same on every run.
repeatable = settings(derandomize=True, deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("cloud", "sign_in_host", "graph_host"),
    [
        (Cloud.GLOBAL, "login.microsoftonline.com", "graph.microsoft.com"),
        (Cloud.US_L4, "login.microsoftonline.us", "graph.microsoft.us"),
        (Cloud.US_DOD, "login.microsoftonline.us", "dod-graph.microsoft.us"),
        (Cloud.CHINA, "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
    ],
)
def test_each_cloud_has_its_own_addresses(cloud: Cloud, sign_in_host: str, graph_host: str) -> None:
    # Microsoft's documentation on national clouds. What was typed for the custom one does not count.
    found = graph_endpoints(cloud, TENANT, "https://evil.example", "https://evil.example")
    assert found.authority == f"https://{sign_in_host}/{TENANT}"
    assert found.graph_url == f"https://{graph_host}/v1.0"
    assert found.scope == f"https://{graph_host}/.default"
    assert (found.sign_in_host, found.graph_host) == (sign_in_host, graph_host)
    assert sign_in_host in found.sign_in_hosts
    assert not any("evil" in host for host in found.sign_in_hosts)


def test_the_clouds_share_no_graph() -> None:
    hosts = {graph_endpoints(cloud, TENANT, "", "").graph_host for cloud in Cloud if cloud is not CUSTOM}
    assert len(hosts) == len(Cloud) - 1


@pytest.mark.parametrize(
    ("typed", "authority"),
    [
        ("https://login.plant.example", f"https://login.plant.example/{TENANT}"),
        ("https://login.plant.example/", f"https://login.plant.example/{TENANT}"),
        (" https://login.plant.example/other/ ", "https://login.plant.example/other"),
        ("https://Login.Plant.Example:8443/Other/V2", "https://login.plant.example:8443/Other/V2"),
        ("https://[::1]:8443", f"https://[::1]:8443/{TENANT}"),
    ],
)
def test_a_custom_authority_without_a_path_gets_the_tenant(typed: str, authority: str) -> None:
    assert graph_endpoints(CUSTOM, TENANT, typed, "https://g.example").authority == authority


@pytest.mark.parametrize(
    ("typed", "url", "scope"),
    [
        ("https://g.example", "https://g.example/v1.0", "https://g.example/.default"),
        ("https://g.example//", "https://g.example/v1.0", "https://g.example/.default"),
        ("https://G.example/beta/", "https://g.example/beta", "https://g.example/.default"),
        ("https://127.0.0.1:8443/v1.0", "https://127.0.0.1:8443/v1.0", "https://127.0.0.1:8443/.default"),
        (" https://[::1]:1 ", "https://[::1]:1/v1.0", "https://[::1]:1/.default"),
    ],
)
def test_a_custom_graph_without_a_path_gets_the_version(typed: str, url: str, scope: str) -> None:
    found = graph_endpoints(CUSTOM, TENANT, "https://login.plant.example", typed)
    assert (found.graph_url, found.scope) == (url, scope)


def test_a_custom_clouds_sign_in_is_known_by_its_own_name_alone() -> None:
    found = graph_endpoints(CUSTOM, TENANT, "https://Login.Plant.Example:8443/x", "https://g.example:1")
    assert found.sign_in_hosts == {"login.plant.example:8443"}
    assert (found.sign_in_host, found.graph_host) == ("login.plant.example:8443", "g.example:1")


@pytest.mark.parametrize("cloud", Cloud)
def test_a_mailbox_has_the_addresses_of_its_cloud(cloud: Cloud) -> None:
    mailbox = GraphMailbox(
        user_name="box@company.example",
        tenant_id=TENANT,
        client_id=TENANT,
        cloud=cloud,
        authority="https://login.plant.example",
        graph_url="https://g.example",
    )
    assert graph_endpoints_of(mailbox) == graph_endpoints(
        cloud, TENANT, "https://login.plant.example", "https://g.example"
    )


@pytest.mark.parametrize("typed", ADDRESSES)
def test_an_address_is_taken(typed: str) -> None:
    assert is_https_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            " ",
            "login.plant.example",
            "//login.plant.example",
            "https:",
            "https://",
            "https:///path",
            "https://:443",
        ),
        *("http://login.plant.example", "ftp://login.plant.example", "file:///etc/passwd", "javascript:alert(1)"),
        *("https://user@login.plant.example", "https://user:word@login.plant.example", "https://@login.plant.example"),
        *("https://login.plant.example?x=1", "https://login.plant.example/?", "https://login.plant.example/#"),
        *("https://login.plant.example/a?b", "https://login.plant.example#a"),
        *("https://login plant.example", "https://login.plant.example/a b", "https:// login.plant.example"),
        *("https://login.plant.example:0", "https://login.plant.example:65536", "https://login.plant.example:x"),
        *("https://login.plant.example:-1", "https://[::1", "https://::1", "https://[::g]", "https://[login.example]"),
        *("https://300.1.1.1", "https://-bad-.example", "https://a..b", "https://a_b.example\\@evil.example"),
        *("https://login.plant\t.example", "https://login.plant.example/a\nb", "https://login.plant\x00.example"),
        *(
            "\x01https://login.plant.example",
            "https://login.plant.example/\u2028x",
            "https://login.plant.example/\xa0x",
        ),
        *("https://login\udcfc.example", "https://login.plant.example/\udcfc", "https://login.plant.example/\x7f"),
    ],
    ids=ascii,
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert not is_https_address(typed)


PIECES = st.sampled_from(
    [
        *(
            "https://",
            "http:",
            "//",
            "/",
            ":",
            "@",
            "[",
            "]",
            "::1",
            "%",
            "?",
            "#",
            "\\",
            ".",
            "..",
            "0",
            "443",
            "99999",
        ),
        *("a.example", "faß", "xn--", "xn--a", "\udcfc", "\u212a", "\u2100", " ", "\t", "\n", "\x00", "🎉", "\u200d"),
    ]
)


@repeatable
@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(lambda p: "https://" + "".join(p))))
@example("https://[")
@example("https://\u2100.example")  # urlsplit refuses characters that become a slash
@example("https://xn--.example")
def test_anything_can_be_asked_about_and_an_address_has_endpoints(typed: str) -> None:
    if is_https_address(typed):
        found = graph_endpoints(CUSTOM, TENANT, typed, typed)
        assert found.graph_url.startswith("https://")
        assert is_https_address(found.graph_url)
        assert is_https_address(found.authority)
        assert found.scope.endswith("/.default")
        typed.encode()
