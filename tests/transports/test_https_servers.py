"""The HTTPS server and the proxy misbehave exactly as scripted, and leave nothing open."""

import socket

import pytest
import requests
from servers.certificates import Authority
from servers.https import HttpsServer
from servers.https_calls import Answer, Drop, Garbage, Half, Hang
from servers.microsoft.entra import EntraServer
from servers.microsoft.graph import GraphServer
from servers.microsoft.tenant import TENANT, Microsoft
from servers.proxy import ForwardProxy


class TestHttps:
    def test_it_keeps_connections_and_records_calls(self, authority: Authority, session: requests.Session) -> None:
        with HttpsServer(authority) as server:
            server.answer_next("/one", Answer(json={"is": 1}), lambda call: Answer(body=call.body[::-1]))
            first = session.get(f"{server.url}/one?$top=5", headers={"X-Own": "ä".encode()})
            second = session.post(f"{server.url}/one", data=b"abc")
            assert session.get(f"{server.url}/one").status_code == 404
        assert (first.json(), second.content, server.connections) == ({"is": 1}, b"cba", 1)
        assert [call.method for call in server.calls_to("/one")] == ["GET", "POST", "GET"]
        assert server.calls[0].query == {"$top": "5"}
        assert server.calls[1].headers["content-LENGTH"] == "3"

    @pytest.mark.parametrize(
        "reply", [Drop(), Drop(reset=True), Drop(before_body=True), Garbage(), Half(answer=Answer(body=b"half" * 9))]
    )
    def test_bad_answers_are_errors_to_the_client(
        self, authority: Authority, session: requests.Session, reply: Drop | Garbage | Half
    ) -> None:
        with HttpsServer(authority) as server:
            server.answer_next("/", reply)
            with pytest.raises(requests.RequestException):
                session.post(f"{server.url}/x", data=b"x" * 70_000)
            assert session.get(f"{server.url}/y").status_code == 404
        before_body = isinstance(reply, Drop) and reply.before_body
        assert len(server.calls[0].body) == (0 if before_body else 70_000)

    def test_it_hangs_until_the_client_gives_up(self, authority: Authority, session: requests.Session) -> None:
        with HttpsServer(authority) as server:
            server.answer_next("/", Hang())
            with pytest.raises(requests.ReadTimeout):
                session.get(server.url, timeout=0.05)
            assert server.silent.is_set()

    def test_it_ends_while_a_client_waits(self, authority: Authority) -> None:
        with HttpsServer(None) as server, socket.create_connection(("127.0.0.1", server.port)) as client:
            server.answer_next("/", Hang())
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert server.silent.wait(30)
            server.stop()
            assert client.recv(1) == b""

    def test_who_distrusts_it_breaks_nothing(self, authority: Authority) -> None:
        with HttpsServer(authority) as server, requests.Session() as stranger:
            stranger.trust_env = False
            with pytest.raises(requests.exceptions.SSLError):
                stranger.get(server.url)
        assert server.calls == []

    def test_a_broken_script_fails_the_test(self, authority: Authority, session: requests.Session) -> None:
        with pytest.raises(ZeroDivisionError), HttpsServer(authority) as server:  # noqa: PT012 - raised at its end
            server.answer_next("/", lambda call: 1 // 0)
            assert session.get(server.url).status_code == 500


class TestProxy:
    def test_it_relays_and_asks_for_credentials(self, servers: Microsoft, session: requests.Session) -> None:
        url = f"{servers.entra.url}/{TENANT}/v2.0/.well-known/openid-configuration"
        with ForwardProxy(user="boss", password="p") as proxy:
            with pytest.raises(requests.exceptions.ProxyError):
                session.get(url, proxies={"https": proxy.url})
            assert proxy.connects == []
            known = proxy.url.replace("//", "//boss:p@")
            assert session.get(url, proxies={"https": known}).status_code == 200
            with pytest.raises(requests.exceptions.ProxyError):
                session.get("https://graph.microsoft.com", proxies={"https": known})
        assert proxy.connects == [f"127.0.0.1:{servers.entra.port}"]
        assert [line.split()[1] for line in proxy.refused] == [proxy.connects[0], "graph.microsoft.com:443"]


def test_the_servers_take_any_context(authority: Authority, session: requests.Session) -> None:
    expired = authority.expired_context()
    entra = EntraServer(expired, tenant=TENANT, client_id="c", client_secret="s", user_name="u@x", password="p")
    with entra, GraphServer(expired, entra, mailbox="u@x") as graph:
        for url in (entra.url, graph.url):
            with pytest.raises(requests.exceptions.SSLError):
                session.get(url)
