"""Microsoft's clouds under their real host names, which a proxy leads to this computer."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from graph_driver import GraphDriver, a_mail
from servers.certificates import Authority
from servers.microsoft.entra import EntraServer
from servers.microsoft.graph import GraphServer
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, Microsoft
from servers.proxy import ForwardProxy

from smtp_desktop.domain.smtp.profile import Cloud, SignIn

ADDRESSES = {
    Cloud.GLOBAL: ("login.microsoftonline.com", "graph.microsoft.com"),
    Cloud.US_L4: ("login.microsoftonline.us", "graph.microsoft.us"),
    Cloud.US_DOD: ("login.microsoftonline.us", "dod-graph.microsoft.us"),
    Cloud.CHINA: ("login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
}


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[ForwardProxy]:
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with ForwardProxy() as running:
        monkeypatch.setenv("HTTPS_PROXY", running.url)
        yield running


@pytest.mark.parametrize("sign_in", SignIn)
@pytest.mark.parametrize("cloud", ADDRESSES)
def test_each_cloud_has_its_own_addresses(
    trusted: Authority, proxy: ForwardProxy, cloud: Cloud, sign_in: SignIn
) -> None:
    login, graph_host = ADDRESSES[cloud]
    tls = trusted.context(login, graph_host)
    entra = EntraServer(
        tls,
        tenant=TENANT,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        user_name=USER_NAME,
        password=PASSWORD,
    )
    with entra, GraphServer(tls, entra, mailbox=USER_NAME, permissions=("Mail.Send",)) as graph:
        entra.public_url = f"https://{login}"
        entra.graph_url = f"https://{graph_host}"
        proxy.routes |= {f"{login}:443": entra.port, f"{graph_host}:443": graph.port}
        driver = GraphDriver(Microsoft(entra=entra, graph=graph))
        driver.mailbox = replace(driver.mailbox, cloud=cloud, authority="", graph_url="", sign_in=sign_in)
        if sign_in is SignIn.APP_ONLY:
            driver.app_only()
        assert driver.converse(a_mail()).failure is None
        assert set(proxy.connects) == {f"{login}:443", f"{graph_host}:443"}
        assert len(graph.sent) == 1
